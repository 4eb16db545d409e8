import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;

export interface TableShape {
  readonly keys: readonly string[];
  readonly indexes: readonly {
    readonly name: string;
    readonly keys: readonly string[];
    readonly projected: Projection;
  }[];
}
type Projection = "all" | readonly string[];

const writeUnitBytes = 1024;
export const readUnitBytes = 4096;

/** Bytes of an item as DynamoDB counts them ("DynamoDB item sizes and formats" of its guide). */
export function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

function valueSize(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return Math.ceil(value.N.replace(/[-.]/g, "").length / 2) + 1;
  if (value.B !== undefined) return value.B.byteLength;
  if (value.BOOL !== undefined) return 1;
  if (value.SS !== undefined) return value.SS.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  throw new TypeError("An attribute of a type that is not metered");
}

/** What is in the tables, followed write by write, and what each write costs them and their indexes. */
export function followTables(shapes: Readonly<Record<string, TableShape>>) {
  const items = new Map<string, Item>();
  const shapeOf = (table: string) => {
    const shape = shapes[table];
    if (shape === undefined) throw new TypeError(`A table that is not known: ${table}`);
    return shape;
  };
  const pathOf = (table: string, item: Item) =>
    JSON.stringify([table, ...shapeOf(table).keys.map((name) => item[name])]);
  const indexed = (
    item: Item | undefined,
    { keys, projected }: TableShape["indexes"][number],
    own: readonly string[],
  ) => {
    if (item === undefined || keys.some((name) => item[name] === undefined)) return undefined;
    const names = projected === "all" ? Object.keys(item) : [...own, ...keys, ...projected];
    return Object.fromEntries(names.flatMap((name) => (item[name] ? [[name, item[name]]] : []))) as Item;
  };
  return {
    known: (table: string, key: Item) => items.get(pathOf(table, key)),
    /** A write that left the item so. @returns write units */
    written(table: string, after: Item): number {
      const shape = shapeOf(table);
      const path = pathOf(table, after);
      const before = items.get(path);
      items.set(path, after);
      const own = units(Math.max(before ? sizeOf(before) : 0, sizeOf(after)));
      const ofIndexes = shape.indexes.map((index) => {
        const [then, now] = [indexed(before, index, shape.keys), indexed(after, index, shape.keys)];
        if (JSON.stringify(then) === JSON.stringify(now)) return 0;
        const isMoved = index.keys.some((name) => JSON.stringify(then?.[name]) !== JSON.stringify(now?.[name]));
        const [out, into] = [then ? units(sizeOf(then)) : 0, now ? units(sizeOf(now)) : 0];
        return isMoved ? out + into : Math.max(out, into);
      });
      return ofIndexes.reduce((sum, each) => sum + each, own);
    },
    /** A conditional write that was refused costs what is there. */
    refused(table: string, key: Item): number {
      const before = items.get(pathOf(table, key));
      return units(before ? sizeOf(before) : 0);
    },
    /** What an index holds of an item. */
    indexSize(table: string, indexName: string, key: Item): number {
      const shape = shapeOf(table);
      const index = shape.indexes.find(({ name }) => name === indexName);
      const found = index && indexed(items.get(pathOf(table, key)), index, shape.keys);
      return found ? sizeOf(found) : 0;
    },
  };
}

function units(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / writeUnitBytes));
}
