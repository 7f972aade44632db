import assert from "node:assert/strict";
import { parseSettings } from "../../../settings";
import { SettingsError } from "../../../settings/shared/faults";
import { type Json, refused, spireSettings as parse } from "../../support/spireSettings";

const database = { host: "db.example", secret: { name: "db" }, peer: { namespace: "databases" } };

describe("SPIRE settings", () => {
    it("have no default for datastore, key manager, upstream authority and kubelet verification", () => {
        const values = { cluster: '{"context":"test"}', spire: '{"server":{},"agent":{}}' };
        assert.throws(
            () => parseSettings({ stack: "staging", values, secretKeys: new Set() }),
            (error: unknown) =>
                error instanceof SettingsError &&
                [
                    /^4 invalid settings/,
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
        assert.equal(parse({ server: { svidTtl: "31m" } }).spire.server.svidTtl, "31m");
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
            /spire\.server\.replicas = 2\n +must be: 1 while spire\.server\.datastore\.type is sqlite.*\n +fix: +pulumi config set .*spire\.server\.replicas 1/,
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
            "a JWT SVID's TTL above the rule",
            { server: { jwtSvids: { ttl: "5h" } } },
            /spire\.server\.jwtSvids\.ttl = "5h"\n +must be: at most 4h/,
        ],
        [
            "a port that is another one's",
            { serverPort: 8080 },
            /spire\.serverPort = 8080\n +must be: different from 8080, 9988/,
        ],
        [
            "a variable twice",
            { server: { env: [{ name: "PGPASSWORD", secretName: "a", key: "b" }] } },
            /env\[0\]\.name = "PGPASSWORD"\n +must be: a variable that nothing else sets/,
        ],
        [
            "a plugin that is configured already",
            { server: { extraPlugins: [{ type: "NodeAttestor", name: "k8s_psat" }] } },
            /extraPlugins\[0\]\.name = "k8s_psat"\n +must be: a plugin of type NodeAttestor that/,
        ],
        [
            "a TTL of which less is left at each renewal than the certificate's alert asks for",
            { server: { svidTtl: "30m" } },
            /spire\.server\.svidTtl = "30m"\n +must be: more than twice monitoring\.alerts\.certificateRemaining \(15m\)[^]*svidTtl 31m/,
        ],
        [
            "the same of the mesh's own TTL",
            { meshIdentity: { ttl: "10m" } },
            /spire\.meshIdentity\.ttl = "10m"\n +must be: more than twice monitoring/,
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
            /spire\.trustDomain = a text of \d+ characters?\n +must be: a SPIFFE trust domain: lower-case/,
        ],
        [
            "a trust domain with a scheme",
            { trustDomain: "spiffe://example.org" },
            /spire\.trustDomain = a text of \d+ characters?\n +must be: .*without spiffe:\/\//,
        ],
        [
            "a version that is none",
            { version: "v1.15" },
            /spire\.version = a text of \d+ characters?\n +must be: a SPIRE release/,
        ],
        ["a version that is too old", { version: "1.9.0" }, /spire\.version = "1\.9\.0"\n +must be: 1\.15\.3 or newer/],
        [
            "postgres without TLS",
            { server: { datastore: { type: "postgres", sslMode: "disable", ...database } } },
            /sslMode = a text of \d+ characters?\n +must be: verify-full, verify-ca or require/,
        ],
        [
            "a database without a place",
            { server: { datastore: { type: "postgres", ...database, peer: {} } } },
            /datastore\.peer = an object of 0 keys\n +must be: either cidr, or namespace/,
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
            /spire\.systemNamespace = "spire"\n +must be: different from spire\.serverNamespace/,
        ],
        [
            "the mesh's namespace",
            { serverNamespace: "mesh-1" },
            /spire\.serverNamespace = "mesh-1"\n +must be: different from mesh\.namespace/,
            { namespace: "mesh-1" },
        ],
        [
            "a hostPath away from the agents' socket",
            {},
            /mesh\.spireSocket\.path = "\/sockets"\n +must be: \/run\/spire\/sockets while/,
            { spireSocket: { type: "hostPath", path: "/sockets" } },
        ],
        ...["https://[", "https://a.example:99999", "http://a.example", "https://me@a.example"].map(
            (bundleEndpointUrl): [string, Json, RegExp] => [
                `the bundle endpoint ${bundleEndpointUrl}`,
                { federation: { trustDomains: [{ trustDomain: "a.example", bundleEndpointUrl }] } },
                /^1 invalid setting [^]*bundleEndpointUrl = a text of \d+ characters?\n +must be: an https URL with a host name/,
            ],
        ),
        [
            "keys of a KMS that servers would share",
            {
                server: {
                    replicas: 3,
                    datastore: { type: "postgres", ...database },
                    keyManager: { type: "gcp_kms", config: { key_identifier_value: "spire" } },
                },
            },
            /config\.key_identifier_value = a text of \d+ characters?\n +must be: removed while spire\.server\.replicas is 3.*\n +fix: +pulumi config rm/,
        ],
        [
            "a file of a KMS's keys that is nowhere to be kept",
            { server: { keyManager: { type: "aws_kms", config: { key_identifier_file: "/etc/id" } } } },
            /config\.key_identifier_file = a text of \d+ characters?\n +must be: removed: each server keeps this file/,
        ],
        [
            "a kubelet's own certificate for its address",
            { agent: { kubeletVerification: { type: "hostFile" } } },
            /spire\.agent\.kubeletAddress = "hostIP"\n +must be: nodeName while/,
        ],
        [
            "a duration without a unit",
            { server: { caTtl: "24" } },
            /spire\.server\.caTtl = a text of \d+ characters?\n +must be: a duration, e\.g\. 30s, 90m or 24h/,
        ],
        [
            "a NetworkPolicy for everywhere by an empty list",
            { networkPolicy: { apiServerCidrs: [] } },
            /apiServerCidrs = a list of 0 entries\n +must be: at least one IP range/,
        ],
    ];
    for (const [what, spire, expected, mesh] of faults) {
        it(`refuse ${what}`, () => {
            refused(spire, expected, mesh);
        });
    }
});
