import { type Json, refused } from "../../support/spireSettings";

const oidc = { enabled: true, domains: ["oidc.example"], tlsSecretName: "tls" };

describe("SPIRE identity settings: faults", () => {
    const faults: [string, Json, RegExp][] = [
        [
            "an identity's TTL above the rule",
            { identities: [{ name: "a", namespaces: ["a"], ttl: "6h" }] },
            /spire\.identities\[0\]\.ttl = "6h"/,
        ],
        [
            "two identities of one name",
            { identities: ["x0tta6bl4-mesh", "a", "a"].map((name) => ({ name, namespaces: ["a"] })) },
            /identities\[0\]\.name = "x0tta6bl4-mesh"[^]*identities\[2\]\.name = "a"\n +must be: a name that no other/,
        ],
        [
            "an identity for every namespace",
            { identities: [{ name: "a", namespaces: [] }] },
            /namespaces = a list of 0 entries\n +must be: at least one namespace/,
        ],
        [
            "an unknown trust domain to federate with",
            { meshIdentity: { federatesWith: ["other.example"] } },
            /meshIdentity\.federatesWith\[0\] = "other\.example"\n +must be: a trust domain of spire\.federation/,
        ],
        [
            "a static entry with a name that needs a pod",
            { meshIdentity: { dnsNames: ["a.example", "{{ .PodMeta.Name }}.example"] } },
            /meshIdentity\.entries = "static"\n +must be: perPod while spire\.meshIdentity\.dnsNames has a template/,
        ],
        [
            "federation with itself",
            {
                federation: {
                    trustDomains: [{ trustDomain: "x0tta6bl4.mesh", bundleEndpointUrl: "https://a.example" }],
                },
            },
            /trustDomains\[0\]\.trustDomain = "x0tta6bl4\.mesh"\n +must be: different from spire\.trustDomain/,
        ],
        [
            "a trust domain twice",
            {
                federation: {
                    trustDomains: ["a_b", "a-b"].map((trustDomain) => ({
                        trustDomain,
                        bundleEndpointUrl: "https://a.example",
                    })),
                },
            },
            /trustDomains\[1\]\.trustDomain = "a-b"\n +must be: a trust domain that is not in the list yet/,
        ],
        [
            "an endpoint that nobody could believe the first time",
            {
                federation: {
                    trustDomains: [
                        {
                            trustDomain: "a.example",
                            bundleEndpointUrl: "https://a.example",
                            endpointSpiffeId: "spiffe://a.example/spire/server",
                        },
                    ],
                },
            },
            /trustDomains\[0\]\.bundle \(not set\)\n +must be: the initial bundle of a\.example/,
        ],
        [
            "a bundle in PEM",
            {
                federation: {
                    trustDomains: [
                        { trustDomain: "a.example", bundleEndpointUrl: "https://a.example", bundle: "-----BEGIN" },
                    ],
                },
            },
            /trustDomains\[0\]\.bundle = a text of \d+ characters?\n +must be: a bundle in SPIFFE's format/,
        ],
        [
            "an identity for SPIRE's own pods",
            { identities: [{ name: "a", namespaces: ["a", "spire-system"] }] },
            /identities\[0\]\.namespaces\[1\] = "spire-system"\n +must be: a namespace other than kube-system, kube-public/,
        ],
        [
            "OIDC without JWT SVIDs",
            { oidcProvider: oidc },
            /spire\.server\.jwtSvids\.enabled = false\n +must be: true while spire\.oidcProvider\.enabled is/,
        ],
        [
            "OIDC without a certificate",
            { server: { jwtSvids: { enabled: true } }, oidcProvider: { ...oidc, tlsSecretName: undefined } },
            /spire\.oidcProvider\.tlsSecretName \(not set\)/,
        ],
    ];
    for (const [what, spire, expected] of faults) {
        it(`refuse ${what}`, () => {
            refused(spire, expected);
        });
    }
});
