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
# the volume is in the first tab's answer, and
# that of the snapshot here: the tabs after this
# have those of a new installation.
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
    query: `# 3. Wait for it: this is answered once
# nothing is under way any more. "actions" says
# what can be done with it now, and why not.
query AwaitSnapshot {
  awaitSnapshot(id: "1s1", timeoutSeconds: 30) {
    ... on Snapshot {
      state
      transitioning
      transitioningMessage
      sizeBytes
      checksum
      actions { action available reason }
    }
    ... on UserError { message code }
  }
}
`,
  },
  {
    query: `# 4. Back it up: a copy on the backup target,
# read back and verified. Wait for it with the
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
    query: `# 6. Watch: every change, as it happens. Run
# it, and change something in a second window:
# it ends when you go to another tab. Give it
# the last cursor to go on from there:
#   snapshotEvents(after: "...")
subscription Watch {
  snapshotEvents {
    cursor
    event {
      at
      kind
      from
      to
      message
      actor
      snapshot { id name state }
    }
  }
}
`,
  },
  {
    query: `# 7. Remove the snapshot. Its backup is kept:
# removeBackup deletes that.
mutation RemoveSnapshot {
  removeSnapshot(input: { id: "1s1" }) {
    ... on Snapshot { id state transitioning }
    ... on UserError { message code }
  }
}
`,
  },
  {
    query: `# 8. A key, where the gateway asks for one
# (AUTH=keys): your browser asks for a user and
# a password, the access key and the secret. A
# token (AUTH=jwt), or another key, goes under
# Headers, below:
#   { "authorization": "Bearer KEY:SECRET" }
query WhoAmI {
  viewer { role account { id name } }
}
`,
  },
]
