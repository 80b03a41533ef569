/** A list as Rancher's clients know one, without a filter, an order or further pages. */
export function collectionOf(resourceType: string, links: Record<string, string>, data: readonly object[]) {
  return {
    type: 'collection',
    resourceType,
    links,
    createTypes: {},
    actions: {},
    sortLinks: {},
    pagination: null,
    sort: null,
    filters: {},
    createDefaults: {},
    data,
  }
}
