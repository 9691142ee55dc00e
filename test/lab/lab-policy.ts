/** What the lab's cluster is meant to be: the guide's, without DRBD and vhost_net, absent here. */
export const labPolicy = [
  'cluster: {name: ganeti-cluster01.example.org, address: 198.51.100.4}',
  'nodes:',
  '  - {name: ganeti01.example.org, address: 198.51.100.5}',
  '  - {name: ganeti02.example.org, address: 198.51.100.6}',
  '  - {name: ganeti03.example.org, address: 198.51.100.7}',
  'storage: {diskTemplates: [plain, file, sharedfile]}',
  'hvparams: {vhost_net: false}',
  '',
].join('\n');
