/** A list that is not made anew wherever there is nothing. */
export const none: readonly never[] = [];

/**
 * What a list holds of a kind: the list itself where that is all, as it mostly is. `filter` makes room for 17 whatever it
 * keeps, which was a seventh of what filling the segments of patient and visit threw away.
 */
export function kept<Item>(items: readonly Item[], isKept: (item: Item) => boolean): readonly Item[] {
  for (let index = 0; index < items.length; index++) {
    if (isKept(items[index] as Item)) continue;
    const found = index === 0 ? [] : items.slice(0, index);
    for (let rest = index + 1; rest < items.length; rest++) {
      const item = items[rest] as Item;
      if (isKept(item)) found.push(item);
    }
    return found;
  }
  return items;
}
