/** What must hold before the first gnt-cluster init and is wrong to ask of a running cluster. */
export const INSTALL_ONLY: ReadonlySet<string> = new Set([
  'storage.empty',
  'network.cluster-address',
  'os.leftovers',
  'peers.cluster-address',
]);
