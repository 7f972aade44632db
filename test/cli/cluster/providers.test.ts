import assert from "node:assert/strict";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import program from "../../..";
import { localPaths } from "../../../process/paths";
import type { ClusterRequest, ClusterKind } from "../../../cli/cluster/request";
import { prerequisites } from "../../../preflight/prerequisites";
import { CannotContinue, providers, type ProviderSurroundings } from "../../../cli/cluster/providers";
import { clusterRequest } from "../../support/clusterRequest";
import { withFolder, writeScript } from "../../support/temporary";

/** Calls of the fake CLIs: one line per call, `<name> <arguments>`. */
type Calls = () => string[];

interface Fake extends ProviderSurroundings {
    readonly calls: Calls;
    readonly bin: string;
    readonly stdin: string;
}

/** A machine with fake CLIs; each records its arguments and its standard input, then runs `body`. */
async function machine(folder: string, scripts: Readonly<Record<string, string>>): Promise<Fake> {
    const [bin, log, stdin] = [join(folder, "bin"), join(folder, "calls"), join(folder, "stdin")];
    for (const [name, body] of Object.entries(scripts)) {
        await writeScript(join(bin, name), `echo "${name} $*" >> ${log}\n${body.replace("STDIN", `cat > ${stdin}`)}`);
    }
    return {
        progress: { step: (_title, work) => work({ update: () => undefined }), note: () => undefined },
        confirm: () => Promise.resolve(false),
        paths: localPaths(folder),
        // The scripts need the standard shell utilities, but none of this machine's CLIs.
        env: { PATH: `${bin}:/bin:/usr/bin`, HOME: folder },
        kubeconfigs: join(folder, "kubeconfigs"),
        program,
        k3sKubeconfig: join(folder, "k3s.yaml"),
        calls: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),
        bin,
        stdin,
    };
}

/** Runs a provider. */
function ensure(fake: Fake, kind: ClusterKind, changes?: Partial<ClusterRequest>) {
    return providers[kind].ensure(clusterRequest(changes), fake);
}

/** The finding of a provider that cannot continue. */
async function refusal(fake: Fake, kind: ClusterKind, changes?: Partial<ClusterRequest>) {
    const error: unknown = await ensure(fake, kind, changes).then(
        () => assert.fail("it went on"),
        (reason: unknown) => reason,
    );
    assert.ok(error instanceof CannotContinue, String(error));
    return error.finding;
}

describe("kind", () => {
    it("is created with a kubeconfig of its own, a wait, the version and a zone for each node", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { kind: 'case "$1" in get) echo other;; create) STDIN;; esac' });
            const request = { name: "test", nodes: 3, kubernetes: "1.34.0", yes: true };
            const { target, outcome } = await ensure(fake, "kind", request);
            const kubeconfig = join(fake.kubeconfigs, "kind-test");
            assert.deepEqual({ target, outcome }, { target: { context: "kind-test", kubeconfig }, outcome: "created" });
            assert.deepEqual(fake.calls(), [
                "kind get clusters",
                `kind create cluster --name test --kubeconfig ${kubeconfig} --image kindest/node:v1.34.0 --wait 180s --config -`,
            ]);
            assert.deepEqual(parse(readFileSync(fake.stdin, "utf8")), {
                kind: "Cluster",
                apiVersion: "kind.x-k8s.io/v1alpha4",
                nodes: ["local-a", "local-b", "local-c"].map((zone, index) => ({
                    role: index === 0 ? "control-plane" : "worker",
                    labels: { "topology.kubernetes.io/zone": zone },
                })),
            });
        });
    });

    it("is found when it is there, and only its kubeconfig is written again", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { kind: 'if [ "$1" = get ]; then echo x0tta6bl4; fi' });
            assert.equal((await ensure(fake, "kind")).outcome, "found");
            assert.deepEqual(fake.calls(), [
                "kind get clusters",
                `kind export kubeconfig --name x0tta6bl4 --kubeconfig ${join(fake.kubeconfigs, "kind-x0tta6bl4")}`,
            ]);
        });
    });

    it("is not created without a confirmation", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { kind: "true" });
            const { detail, fix } = await refusal(fake, "kind");
            assert.match(`${detail} ${fix ?? ""}`, /no kind cluster x0tta6bl4, and it was not created.*--yes/);
            assert.deepEqual(fake.calls(), ["kind get clusters"]);
        });
    });

    it("passes the CLI's own error on", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, {
                kind: 'if [ "$1" = create ]; then echo "port is already allocated" >&2; exit 1; fi',
            });
            await assert.rejects(
                ensure(fake, "kind", { yes: true }),
                /kind create: exit code 1\nport is already allocated/,
            );
        });
    });
});

describe("k3d", () => {
    const script = (list: string) =>
        `case "$1 $2" in "cluster list") echo '${list}';; "kubeconfig get") echo "a: kubeconfig";; esac`;

    it("is created with agents, zones and the version, and leaves the user's kubeconfig alone", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { k3d: script("[]") });
            const request = { name: "test", nodes: 2, kubernetes: "1.33.1", yes: true };
            const { target, outcome } = await ensure(fake, "k3d", request);
            const kubeconfig = join(fake.kubeconfigs, "k3d-test");
            assert.deepEqual({ target, outcome }, { target: { context: "k3d-test", kubeconfig }, outcome: "created" });
            assert.deepEqual(fake.calls(), [
                "k3d cluster list --output json",
                "k3d cluster create test --servers 1 --k3s-node-label topology.kubernetes.io/zone=local-a@server:0 " +
                    "--agents 1 --k3s-node-label topology.kubernetes.io/zone=local-b@agent:0 --image rancher/k3s:v1.33.1-k3s1 " +
                    "--kubeconfig-update-default=false --kubeconfig-switch-context=false --wait --timeout 300s",
                "k3d kubeconfig get test",
            ]);
            assert.equal(readFileSync(kubeconfig, "utf8"), "a: kubeconfig\n");
            assert.equal(statSync(kubeconfig).mode & 0o777, 0o600);
        });
    });

    it("is started when it is stopped, and found when it runs", async () => {
        for (const [running, outcome, call] of [
            [0, "started", ["k3d cluster start x0tta6bl4 --wait"]],
            [1, "found", []],
        ] as const) {
            await withFolder(async (folder) => {
                const list = JSON.stringify([{ name: "x0tta6bl4", serversRunning: running }]);
                const fake = await machine(folder, { k3d: script(list) });
                assert.equal((await ensure(fake, "k3d")).outcome, outcome);
                assert.deepEqual(fake.calls().slice(1), [...call, "k3d kubeconfig get x0tta6bl4"]);
            });
        }
    });
});

describe("minikube", () => {
    const list = (profiles: string) =>
        `if [ "$1" = profile ]; then echo '${profiles}'; exit 14; fi; echo $KUBECONFIG >> k`;

    it("is created with a network that enforces NetworkPolicies, and keeps the current context", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { minikube: list("{}").replace(">> k", `>> ${folder}/k`) });
            const request = { nodes: 3, kubernetes: "1.34.0", yes: true };
            const { target, outcome } = await ensure(fake, "minikube", request);
            assert.deepEqual([target.context, outcome], ["x0tta6bl4", "created"]);
            assert.deepEqual(fake.calls(), [
                "minikube profile list --output json",
                "minikube start --profile x0tta6bl4 --keep-context --nodes 3 --cni calico --kubernetes-version v1.34.0",
            ]);
            assert.equal(readFileSync(join(folder, "k"), "utf8").trim(), target.kubeconfig);
        });
    });

    for (const [status, outcome, call] of [
        ["OK", "found", "minikube update-context --profile x0tta6bl4"],
        ["Running", "found", "minikube update-context --profile x0tta6bl4"],
        ["Stopped", "started", "minikube start --profile x0tta6bl4 --keep-context"],
    ] as const) {
        it(`that is ${status} is ${outcome}, without a question`, async () => {
            await withFolder(async (folder) => {
                const profiles = JSON.stringify({ valid: [{ Name: "x0tta6bl4", Status: status }] });
                const fake = await machine(folder, { minikube: list(profiles).replace(">> k", `>> ${folder}/k`) });
                assert.equal((await ensure(fake, "minikube")).outcome, outcome);
                assert.equal(fake.calls().at(-1), call);
            });
        });
    }
});

describe("k3s", () => {
    it("is never installed: the command is shown", async () => {
        await withFolder(async (folder) => {
            const { fix } = await refusal(await machine(folder, {}), "k3s");
            assert.match(fix ?? "", /curl -sfL https:\/\/get\.k3s\.io \| INSTALL_K3S_CHANNEL=stable sh -\n/);
            const pinned = await refusal(await machine(folder, {}), "k3s", { kubernetes: "1.34.1" });
            assert.match(pinned.fix ?? "", /INSTALL_K3S_VERSION=v1\.34\.1\+k3s1 sh -/);
        });
    });

    it("that does not run is to be started", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { k3s: "true" });
            assert.match((await refusal(fake, "k3s")).fix ?? "", /sudo systemctl start k3s/);
            assert.deepEqual(fake.calls(), []);
        });
    });

    it("is used when its kubeconfig may be read", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, {});
            writeFileSync(fake.k3sKubeconfig, "");
            const { target } = await ensure(fake, "k3s");
            assert.deepEqual(target, { context: "default", kubeconfig: fake.k3sKubeconfig });
        });
    });
});

describe("Programs that a cluster needs", () => {
    const { needs } = providers.kind;

    it("are all reported together, with version or with installation instructions", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { kind: "echo kind v0.31.0 go1.25 linux/amd64", docker: "exit 1" });
            const findings = await prerequisites(needs, { PATH: fake.bin });
            assert.deepEqual(
                findings.map(({ name, status }) => `${name} ${status}`),
                ["node ok", "docker fail", "kind ok"],
            );
            assert.match(findings[1]?.fix ?? "", /^get it: .*(docs\.docker\.com|brew)/);
            assert.equal(findings[1]?.fix?.includes("\n"), false);
            assert.equal(findings[2]?.detail, "0.31.0");
        });
    });

    it("that are too old are reported with the required version", async () => {
        await withFolder(async (folder) => {
            const fake = await machine(folder, { kind: "echo kind v0.11.1", docker: "echo 27.0.1" });
            const findings = await prerequisites(needs, { PATH: fake.bin });
            assert.match(findings[2]?.detail ?? "", /is version 0\.11\.1 \(creates the cluster; 0\.20\.0 or newer\)/);
        });
    });
});
