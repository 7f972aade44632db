/** The settings of SPIRE that have no default, with the simplest choices. */
export const SPIRE_CHOICES = {
    server: {
        datastore: { type: "sqlite" },
        keyManager: { type: "disk" },
        upstreamAuthority: { type: "none" },
    },
    agent: { kubeletVerification: { type: "skip" } },
};
