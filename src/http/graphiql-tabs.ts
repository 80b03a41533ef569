/** The main job, one tab a step: what a new user sees first. No line is cut off in a window of 1280 pixels. */
export const exampleTabs: { query: string; variables?: string }[] = [
  {
    query: `# 1. Make a volume: a directory to take
# snapshots of. A first start has put example/
# there, with two files, which this adopts.
#
# Run it (Ctrl-Enter), then open the next tab.
mutation CreateVolume {
  createVolume(input: { name: "example" }) {
    ... on Volume { id name uri state }
    ... on UserError { message code }
  }
}
`,
  },
  {
    query: `# 2. Take a snapshot. This answers at once, and
# the work goes on in the background. The id of
# the volume is in the first tab's answer.
mutation TakeSnapshot {
  createSnapshot(
    input: { volumeId: "1v1", name: "first" }
  ) {
    ... on Snapshot { id state transitioning }
    ... on UserError { message code }
  }
}
`,
  },
  {
    query: `# 3. Follow it: run this until the state is
# CREATED (later, after the next tab, BACKED_UP).
query FollowSnapshot {
  snapshot(id: "1s1") {
    state
    transitioning
    transitioningMessage
    transitioningProgress
    sizeBytes
    checksum
    actions { action available reason }
  }
}
`,
  },
  {
    query: `# 4. Back it up: a copy on the backup target,
# read back and verified. Follow it with the
# third tab.
mutation BackUpSnapshot {
  backupSnapshot(input: { id: "1s1" }) {
    ... on Snapshot { id state transitioning }
    ... on UserError { message code }
  }
}
`,
  },
  {
    query: `# 5. List the snapshots, newest first, each
# with its volume and its backup.
query ListSnapshots {
  snapshots(first: 10) {
    totalCount
    nodes {
      id
      name
      state
      created
      volume { name }
      backup { id uri sizeBytes checksum }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
  },
  {
    query: `# 6. Remove the snapshot. Its backup is kept:
# removeBackup deletes that.
mutation RemoveSnapshot {
  removeSnapshot(input: { id: "1s1" }) {
    ... on Snapshot { id state transitioning }
    ... on UserError { message code }
  }
}
`,
  },
]
