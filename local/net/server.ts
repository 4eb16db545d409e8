import type { AddressInfo, Server, Socket } from "node:net";

export const loopback = "127.0.0.1";

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(0, loopback, resolve);
  await promise;
  return (server.address() as AddressInfo).port;
}

/** Closes a server and the connections that are still open. */
export function closing(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
    await promise;
  };
}
