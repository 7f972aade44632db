import assert from "node:assert/strict";
import { parseSettings } from "../../settings";
import { SettingsError } from "../../settings/faults";
import { SPIRE_CHOICES } from "../support/spireChoices";

type Json = Record<string, unknown>;

function merged(base: Json, over: Json): Json {
    const isMap = (value: unknown): value is Json =>
        typeof value === "object" && value !== null && !Array.isArray(value);
    return Object.fromEntries(
        [...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => {
            const [a, b] = [base[key], over[key]];
            return [key, isMap(a) && isMap(b) && !("type" in b) ? merged(a, b) : (b ?? a)];
        }),
    );
}

function parse(spire: Json, mesh: Json = {}) {
    const sections = { cluster: { context: "test" }, spire: merged(SPIRE_CHOICES, spire), mesh };
    const values = Object.fromEntries(Object.entries(sections).map(([key, value]) => [key, JSON.stringify(value)]));
    return parseSettings({ stack: "staging", values, secretKeys: new Set() });
}

const database = { host: "db.example", secret: { name: "db" }, peer: { namespace: "databases" } };
const oidc = { enabled: true, domains: ["oidc.example"], tlsSecretName: "tls" };

describe("SPIRE settings", () => {
    it("have no default for datastore, key manager, upstream authority and kubelet verification", () => {
        const values = { cluster: '{"context":"test"}', spire: '{"server":{},"agent":{}}' };
        assert.throws(
            () => parseSettings({ stack: "staging", values, secretKeys: new Set() }),
            (error: unknown) =>
                error instanceof SettingsError &&
                [
                    /^4 settings/,
                    /spire\.server\.datastore \(not set\)\n +must be: an object with type sqlite, postgres or mysql/,
                    /spire\.server\.keyManager \(not set\)\n +must be: an object with type disk, memory/,
                    /spire\.server\.upstreamAuthority \(not set\)\n +must be: an object with type none, disk/,
                    /spire\.agent\.kubeletVerification \(not set\)\n +must be: an object with type skip, clusterCA/,
                ].every((pattern) => pattern.test(error.message)),
        );
    });

    it("take the cluster's name from the stack", () => {
        assert.equal(parse({}).spire.clusterName, "staging");
        assert.equal(parse({ clusterName: "cluster-7" }).spire.clusterName, "cluster-7");
    });

    it("accept a TTL of exactly a sixth of the CA's", () => {
        assert.equal(parse({ server: { caTtl: "24h", svidTtl: "4h" } }).spire.server.svidTtl, "4h");
    });

    it("accept memory keys below an upstream authority", () => {
        const upstreamAuthority = { type: "disk", secretName: "ca" };
        parse({ server: { keyManager: { type: "memory" }, upstreamAuthority } });
        parse({
            server: { keyManager: { type: "memory" }, extraPlugins: [{ type: "UpstreamAuthority", name: "vault" }] },
        });
    });
});

describe("SPIRE settings: faults", () => {
    const faults: [string, Json, RegExp, Json?][] = [
        [
            "two servers on sqlite",
            { server: { replicas: 2 } },
            /spire\.server\.replicas = 2\n +must be: 1 while spire\.server\.datastore\.type is sqlite.*\n +fix: +pulumi config set .*'spire\.server\.replicas' 1/,
        ],
        [
            "memory keys without an upstream authority",
            { server: { keyManager: { type: "memory" } } },
            /keyManager\.type = "memory"\n +must be: disk, or a cloud KMS/,
        ],
        [
            "two upstream authorities",
            {
                server: {
                    upstreamAuthority: { type: "disk", secretName: "ca" },
                    extraPlugins: [{ type: "UpstreamAuthority", name: "vault" }],
                },
            },
            /upstreamAuthority\.type = "disk"\n +must be: none while/,
        ],
        [
            "a TTL above a sixth of the CA's",
            { server: { caTtl: "24h", svidTtl: "5h" } },
            /spire\.server\.svidTtl = "5h"\n +must be: at most 4h: a sixth of spire\.server\.caTtl \(24h\)/,
        ],
        [
            "a TTL above 7 days",
            { server: { caTtl: "8760h", agentTtl: "169h" } },
            /spire\.server\.agentTtl = "169h"\n +must be: at most 168h/,
        ],
        [
            "an identity's TTL above the rule",
            { identities: [{ name: "a", namespaces: ["a"], ttl: "6h" }] },
            /spire\.identities\[0\]\.ttl = "6h"/,
        ],
        ["the mesh's TTL above the rule", { meshIdentity: { ttl: "6h" } }, /spire\.meshIdentity\.ttl = "6h"/],
        [
            "an unknown kubelet mode",
            { agent: { kubeletVerification: { type: "trust" } } },
            /kubeletVerification(\.type)? = .*\n +must be: a known type; an object with type skip, clusterCA, hostFile or configMap/,
        ],
        [
            "an unknown datastore",
            { server: { datastore: { type: "oracle" } } },
            /datastore(\.type)? = .*\n +must be: a known type; an object with type sqlite, postgres or mysql/,
        ],
        [
            "a trust domain with upper case",
            { trustDomain: "Example.org" },
            /spire\.trustDomain = "Example\.org"\n +must be: a SPIFFE trust domain: lower-case/,
        ],
        [
            "a trust domain with a scheme",
            { trustDomain: "spiffe://example.org" },
            /spire\.trustDomain = "spiffe:\/\/example\.org"\n +must be: .*without spiffe:\/\//,
        ],
        ["a version that is none", { version: "v1.15" }, /spire\.version = "v1\.15"\n +must be: a SPIRE release/],
        ["a version that is too old", { version: "1.9.0" }, /spire\.version = "1\.9\.0"\n +must be: 1\.15\.3 or newer/],
        [
            "postgres without TLS",
            { server: { datastore: { type: "postgres", sslMode: "disable", ...database } } },
            /sslMode = "disable"\n +must be: verify-full, verify-ca or require/,
        ],
        [
            "a database without a place",
            { server: { datastore: { type: "postgres", ...database, peer: {} } } },
            /datastore\.peer = \{\}\n +must be: either cidr, or namespace/,
        ],
        [
            "half a client certificate",
            { server: { datastore: { type: "mysql", ...database, secret: { name: "db", clientCertKey: "c" } } } },
            /must be: both clientCertKey and clientKeyKey, or neither/,
        ],
        [
            "limits below requests",
            { agent: { resources: { requests: { memory: "64Mi" }, limits: { memory: "32Mi" } } } },
            /spire\.agent\.resources\.limits\.memory = "32Mi"\n +must be: at least .*\(64Mi\)/,
        ],
        [
            "one namespace for server and agents",
            { systemNamespace: "spire" },
            /spire\.systemNamespace = "spire"\n +must be: another namespace than spire\.serverNamespace/,
        ],
        [
            "the mesh's namespace",
            { serverNamespace: "mesh-1" },
            /spire\.serverNamespace = "mesh-1"\n +must be: another namespace than mesh\.namespace/,
            { namespace: "mesh-1" },
        ],
        [
            "a hostPath away from the agents' socket",
            {},
            /mesh\.spireSocket\.path = "\/sockets"\n +must be: \/run\/spire\/sockets while/,
            { spireSocket: { type: "hostPath", path: "/sockets" } },
        ],
        [
            "two identities of one name",
            { identities: ["x0tta6bl4-mesh", "a", "a"].map((name) => ({ name, namespaces: ["a"] })) },
            /identities\[0\]\.name = "x0tta6bl4-mesh"[^]*identities\[2\]\.name = "a"\n +must be: a name that no other/,
        ],
        [
            "an identity for every namespace",
            { identities: [{ name: "a", namespaces: [] }] },
            /namespaces = \[\]\n +must be: at least one namespace/,
        ],
        [
            "an unknown trust domain to federate with",
            { meshIdentity: { federatesWith: ["other.example"] } },
            /meshIdentity\.federatesWith\[0\] = "other\.example"\n +must be: a trust domain of spire\.federation/,
        ],
        [
            "federation with itself",
            {
                federation: {
                    trustDomains: [{ trustDomain: "x0tta6bl4.mesh", bundleEndpointUrl: "https://a.example" }],
                },
            },
            /trustDomains\[0\]\.trustDomain = "x0tta6bl4\.mesh"\n +must be: another trust domain/,
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
            /trustDomains\[1\]\.trustDomain = "a-b"\n +must be: a trust domain that is not in the list already/,
        ],
        ...["https://[", "https://a.example:99999", "http://a.example", "https://me@a.example"].map(
            (bundleEndpointUrl): [string, Json, RegExp] => [
                `the bundle endpoint ${bundleEndpointUrl}`,
                { federation: { trustDomains: [{ trustDomain: "a.example", bundleEndpointUrl }] } },
                /^1 setting [^]*bundleEndpointUrl = "http.*"\n +must be: an https URL without user name/,
            ],
        ),
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
            /trustDomains\[0\]\.bundle \(not set\)\n +must be: the first bundle of a\.example/,
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
            /trustDomains\[0\]\.bundle = "-----BEGIN"\n +must be: a bundle in SPIFFE's format/,
        ],
        [
            "an identity for SPIRE's own pods",
            { identities: [{ name: "a", namespaces: ["a", "spire-system"] }] },
            /identities\[0\]\.namespaces\[1\] = "spire-system"\n +must be: another namespace than kube-system, kube-public/,
        ],
        [
            "keys of a KMS that servers would share",
            {
                server: {
                    replicas: 3,
                    datastore: { type: "postgres", ...database },
                    keyManager: { type: "gcp_kms", config: { key_identifier_value: "spire" } },
                },
            },
            /config\.key_identifier_value = "spire"\n +must be: left out while spire\.server\.replicas is 3.*\n +fix: +pulumi config rm/,
        ],
        [
            "a file of a KMS's keys that is nowhere to be kept",
            { server: { keyManager: { type: "aws_kms", config: { key_identifier_file: "/etc/id" } } } },
            /config\.key_identifier_file = "\/etc\/id"\n +must be: left out: each server keeps this file/,
        ],
        [
            "a kubelet's own certificate for its address",
            { agent: { kubeletVerification: { type: "hostFile" } } },
            /spire\.agent\.kubeletAddress = "hostIP"\n +must be: nodeName while/,
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
        [
            "a duration without a unit",
            { server: { caTtl: "24" } },
            /spire\.server\.caTtl = "24"\n +must be: a duration, e\.g\. 30s, 90m or 24h/,
        ],
        [
            "a NetworkPolicy for everywhere by an empty list",
            { networkPolicy: { apiServerCidrs: [] } },
            /apiServerCidrs = \[\]\n +must be: at least one IP range/,
        ],
    ];
    for (const [what, spire, expected, mesh] of faults) {
        it(`refuse ${what}`, () => {
            assert.throws(
                () => parse(spire, mesh),
                (error: unknown) => {
                    assert.ok(error instanceof SettingsError, String(error));
                    assert.match(error.message, expected);
                    return true;
                },
            );
        });
    }
});
