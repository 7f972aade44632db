import assert from "node:assert/strict";
import { liveSpire } from "../../preflight/spire";
import { type LiveSpire, refusals as refusalsOf } from "../../preflight/spire/upgrade";
import type { ReadAnswer } from "../../kube/read";
import { parseSettings } from "../../settings";
import { SPIRE_CHOICES } from "../support/spireChoices";

function settings(over: Record<string, unknown> = {}, server: Record<string, unknown> = {}) {
    const spire = { ...SPIRE_CHOICES, ...over, server: { ...SPIRE_CHOICES.server, ...server } };
    const values = { cluster: '{"context":"test"}', spire: JSON.stringify(spire) };
    return parseSettings({ stack: "staging", values, secretKeys: new Set() }).spire;
}

const KUBECTL = "kubectl --context test";

/** Refusals for the stack staging. */
const refusals = (wanted: ReturnType<typeof settings>, found: LiveSpire) =>
    refusalsOf(wanted, found, { environment: "staging", command: KUBECTL });

const live = (over: Partial<LiveSpire> = {}): LiveSpire => ({
    serverVersion: "1.16.2",
    agentVersion: "1.16.2",
    trustDomain: "x0tta6bl4.mesh",
    kubernetesMinor: 36,
    secrets: new Map(),
    ...over,
});

describe("Before an update of SPIRE", () => {
    for (const version of ["1.16.2", "1.16.9", "1.16.1", "1.17.0"]) {
        it(`1.16.2 may go to ${version}`, () => {
            assert.deepEqual(refusals(settings({ version }), live()), []);
        });
    }

    it("nothing runs yet: every version may be installed", () => {
        const nothing = live({ serverVersion: undefined, agentVersion: undefined, trustDomain: undefined });
        assert.deepEqual(refusals(settings({ version: "1.30.0" }), nothing), []);
    });

    it("a skipped minor version is refused, with the next step", () => {
        const [first, second, ...others] = refusals(settings({ version: "1.18.0" }), live());
        assert.match(first ?? "", /the servers run 1\.16\.2: SPIRE upgrades one minor version at a time/);
        assert.match(first ?? "", /pulumi config set --path spire\.version 1\.17\.<patch>/);
        assert.match(second ?? "", /the agents run 1\.16\.2/);
        assert.deepEqual(others, []);
    });

    it("a new major version is refused", () => {
        assert.match(refusals(settings({ version: "2.0.0" }), live())[0] ?? "", /one minor version at a time/);
    });

    it("agents that an interrupted upgrade left behind are counted, too", () => {
        const [only, ...others] = refusals(settings({ version: "1.17.0" }), live({ agentVersion: "1.15.3" }));
        assert.match(only ?? "", /the agents run 1\.15\.3/);
        assert.deepEqual(others, []);
    });

    it("an older minor version is refused: agents would be newer than the server", () => {
        const [server, agents] = refusals(settings({ version: "1.15.3" }), live());
        assert.match(server ?? "", /their datastore is migrated and cannot be downgraded/);
        assert.match(agents ?? "", /agents must never be newer than a server/);
    });

    it("the SPIRE of another stack is left alone, whatever else differs", () => {
        const found = live({ environment: "production", trustDomain: "other.mesh" });
        const [only, ...others] = refusals(settings({ version: "1.18.0" }), found);
        assert.match(only ?? "", /belongs to the stack of production: a cluster holds one/);
        assert.match(only ?? "", /pulumi config set --path spire\.enabled false/);
        assert.deepEqual(others, []);
        assert.deepEqual(refusals(settings({ version: "1.16.2" }), live({ environment: "staging" })), []);
    });

    it("another trust domain is refused, and what it would destroy is said", () => {
        const [only] = refusals(settings({ trustDomain: "other.mesh", version: "1.16.2" }), live());
        assert.match(only ?? "", /destroys every identity: the CA, all SVIDs, all entries and agents/);
        assert.match(only ?? "", /pulumi config set --path spire\.trustDomain x0tta6bl4\.mesh/);
        assert.match(only ?? "", /kubectl --context test --namespace spire get pvc/);
    });

    describe("the servers' volumes", () => {
        const stored = (storage: Record<string, unknown>) => settings({ version: "1.16.2" }, { storage });
        const claim = (size: string, storageClass?: string) => live({ claim: { size, storageClass } });

        it("that stay as they are are accepted, however their size is written", () => {
            assert.deepEqual(refusals(stored({ size: "1Gi" }), claim("1Gi")), []);
            assert.deepEqual(refusals(stored({ size: "1024Mi" }), claim("1Gi")), []);
            assert.deepEqual(refusals(stored({ size: "2Gi" }), live()), [], "nothing runs yet");
        });

        it("that should grow are refused, with the commands that grow them", () => {
            const [only, ...others] = refusals(stored({ size: "2Gi" }), claim("1Gi"));
            assert.match(only ?? "", /delete all servers at once and grow no volume/);
            assert.match(only ?? "", /pulumi config set --path spire\.server\.storage\.size 1Gi\n/);
            const patch = 'patch persistentvolumeclaim data-spire-server-0 --patch \'{"spec":{"resources":';
            assert.ok(only?.includes(`${KUBECTL} --namespace spire ${patch}`), only);
            assert.match(only ?? "", /--namespace spire delete statefulset spire-server --cascade=orphan$/);
            assert.deepEqual(others, []);
        });

        it("that should shrink are refused: a volume never does", () => {
            const [only] = refusals(stored({ size: "1Gi" }), claim("2Gi"));
            assert.match(only ?? "", /A volume never shrinks\.$/);
            assert.doesNotMatch(only ?? "", /cascade/);
        });

        it("of another class are refused", () => {
            const [unset] = refusals(stored({ storageClass: "fast" }), claim("1Gi"));
            assert.match(unset ?? "", /pulumi config rm --path spire\.server\.storage\.storageClass\n/);
            const [other] = refusals(stored({}), claim("1Gi", "fast"));
            assert.match(other ?? "", /pulumi config set --path spire\.server\.storage\.storageClass fast\n/);
        });

        it("that appear or go are refused", () => {
            const [appears] = refusals(stored({}), live({ claim: null }));
            assert.match(appears ?? "", /The settings now keep files on the servers/);
        });
    });

    describe("Secrets", () => {
        const server = {
            datastore: {
                type: "postgres",
                host: "db.example",
                secret: { name: "db", caKey: "ca.crt" },
                peer: { namespace: "databases" },
            },
            upstreamAuthority: { type: "disk", secretName: "ca" },
        };
        const wanted = (over = {}) => settings({ version: "1.16.2", ...over }, server);
        const complete: [string, string[]][] = [
            ["db", ["password", "ca.crt"]],
            ["ca", ["tls.crt", "tls.key", "more"]],
        ];

        it("that are complete are accepted", () => {
            assert.deepEqual(refusals(wanted(), live({ secrets: new Map(complete) })), []);
        });

        it("that are missing are named, with the command that makes them", () => {
            const secrets = new Map([...complete, ["db", undefined] as const]);
            assert.deepEqual(refusals(wanted(), live({ secrets })), [
                "spire.server.datastore.secret.name is db, but Secret spire/db does not exist.\n" +
                    `    Create it:     ${KUBECTL} --namespace spire create secret generic db ` +
                    "--from-file=password=<file> --from-file=ca.crt=<file>",
            ]);
        });

        it("without the keys that they must have are named with the keys", () => {
            const secrets = new Map([...complete, ["ca", ["cert.pem", "tls.crt"]] as const]);
            const [only] = refusals(wanted(), live({ secrets }));
            assert.match(only ?? "", /^spire\.server\.upstreamAuthority\.secretName is ca, but Secret spire\/ca lacks/);
            assert.match(only ?? "", /lacks tls\.key \(its keys: cert\.pem, tls\.crt\)/);
        });

        it("are not checked when the settings say so, or when they cannot be read", () => {
            const secrets = new Map([["db", undefined] as const]);
            assert.deepEqual(refusals(wanted({ checkSecrets: false }), live({ secrets })), []);
            assert.deepEqual(refusals(wanted(), live()), []);
        });
    });
});

describe("What runs of SPIRE", () => {
    const objects: Record<string, unknown> = {
        "/version": { minor: "33+" },
        "/api/v1/namespaces/spire": { metadata: { name: "spire" } },
        "/apis/apps/v1/namespaces/spire/statefulsets/spire-server": {
            metadata: {
                labels: { "app.kubernetes.io/version": "1.15.3", environment: "staging" },
                annotations: { "spire.x0tta6bl4.mesh/trust-domain": "x0tta6bl4.mesh" },
            },
            spec: { volumeClaimTemplates: [{ spec: { resources: { requests: { storage: "1Gi" } } } }] },
        },
        "/apis/apps/v1/namespaces/spire-system/daemonsets/spire-agent": {
            metadata: { labels: { "app.kubernetes.io/version": "1.15.2" } },
        },
        "/api/v1/namespaces/spire/secrets/ca": { data: { "tls.crt": "" } },
    };
    const read = (path: string): Promise<ReadAnswer> => Promise.resolve({ seen: true, object: objects[path] });
    const wanted = settings({}, { upstreamAuthority: { type: "disk", secretName: "ca" } });

    it("is read from labels, annotations and the names of keys", async () => {
        assert.deepEqual(await liveSpire(read, wanted), {
            environment: "staging",
            serverVersion: "1.15.3",
            agentVersion: "1.15.2",
            trustDomain: "x0tta6bl4.mesh",
            kubernetesMinor: 33,
            claim: { size: "1Gi", storageClass: undefined },
            secrets: new Map([["ca", ["tls.crt"]]]),
        });
    });

    it("is as old as its oldest kubelet, which the agents query", async () => {
        const node = (kubeletVersion: string) => ({ status: { nodeInfo: { kubeletVersion } } });
        const minor = async (...versions: string[]) => {
            const answers: Record<string, unknown> = { ...objects, "/api/v1/nodes": { items: versions.map(node) } };
            const found = await liveSpire((path) => Promise.resolve({ seen: true, object: answers[path] }), wanted);
            return found.kubernetesMinor;
        };
        assert.equal(await minor("v1.33.1", "v1.31.9-gke.1200"), 31);
        assert.equal(await minor("v1.34.0"), 33);
    });

    it("is empty where nothing can be read", async () => {
        assert.deepEqual(await liveSpire(() => Promise.resolve({ seen: false }), { ...wanted, checkSecrets: false }), {
            environment: undefined,
            serverVersion: undefined,
            agentVersion: undefined,
            trustDomain: undefined,
            kubernetesMinor: undefined,
            claim: undefined,
            secrets: new Map(),
        });
    });
});
