import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PolicyV1Api } from "@kubernetes/client-node";
import type { RunResult } from "../../process/run";
import type { Workspace } from "../../local/workspace";
import { cutOf, runAndCut } from "../faults/cut";
import { Victim } from "../faults/recovery";
import { daily, dailyUntil, STATE_FILE, withContents } from "./support/command";
import { newStack, onStack, output, paths, pulumi, removeAll } from "./support/embedded";
import { limitedKubeconfig } from "./support/limitedUser";
import { type Clients, clients } from "./support/objects";
import { setSetting } from "./support/settings";

const NAMESPACE = "x0tta6bl4-staging";
const DEPLOYMENT = "staging-x0tta6bl4";
const BUDGET = { namespace: NAMESPACE, name: "staging-x0tta6bl4" };
const STACK = ["--stack", "staging"];

/** One interruption of each operation; `npm run test:faults` runs all thirty. */
const SEEDS = [2, 6];

const shows = (result: RunResult, code: number, ...texts: readonly RegExp[]) => {
    assert.equal(result.code, code, output(result));
    for (const text of texts) {
        assert.match(output(result), text);
    }
    assert.doesNotMatch(output(result), /^ +at .*\(.*:\d+\)/m, "a stack trace was printed");
};

/** The state in the file backend, changed as if the creation of the PodDisruptionBudget had been interrupted. */
function withPendingBudget(text: string): string {
    const state = JSON.parse(text) as {
        checkpoint: { latest: { resources: { type: string }[]; pending_operations?: unknown[] } };
    };
    const { latest } = state.checkpoint;
    const isBudget = ({ type }: { type: string }) => type === "kubernetes:policy/v1:PodDisruptionBudget";
    latest.pending_operations = latest.resources.filter(isBudget).map((resource) => ({ resource, type: "creating" }));
    latest.resources = latest.resources.filter((resource) => !isBudget(resource));
    return JSON.stringify(state);
}

describe("The daily commands on the embedded cluster", () => {
    let space: Workspace;
    let cluster: Clients;
    let budgets: PolicyV1Api;
    const deployment = () => cluster.apps.readNamespacedDeployment({ namespace: NAMESPACE, name: DEPLOYMENT });

    before(async () => {
        space = await newStack();
        cluster = clients(space.cluster);
        budgets = cluster.config.makeApiClient(PolicyV1Api);
    });

    after(removeAll);

    describe("recover", () => {
        it("adopts a Deployment that a first update made and could not record, and brings the stack up", async () => {
            const exists = () =>
                deployment().then(
                    () => true,
                    () => false,
                );
            const args = ["up", "--yes", "--skip-preview", "--stack", "staging"];
            const killed = await runAndCut(space, args, true, async () => {
                while (!(await exists())) {
                    await sleep(50);
                }
            });
            assert.equal(killed, true);
            shows(
                await daily("status", ...STACK),
                0,
                /pending +\d+: npx x0 recover/,
                /lock +left by an exited process/,
            );
            const made = await deployment();
            const dryRun = await daily("recover", ...STACK, "--dry-run");
            shows(
                dryRun,
                0,
                /its holder has exited/,
                /adopt +creating +Deployment x0tta6bl4-staging\/staging-x0tta6bl4/,
            );
            shows(await daily("recover", ...STACK), 2, /needs a confirmation.*\n.*--confirm staging/);
            shows(await daily("recover", ...STACK, "--confirm", "staging"), 0, /Writing the state/);
            assert.equal((await deployment()).metadata?.uid, made.metadata?.uid, "the Deployment was recreated");
            const preview = await onStack(space, "staging", ["preview", "--refresh", "--expect-no-changes"]);
            assert.equal(preview.code, 0, output(preview));
        });

        it("has nothing to do afterwards", async () => {
            shows(await daily("recover", ...STACK), 0, /nothing to recover/);
        });

        it("refuses an object of another stack of this program, and changes nothing", async () => {
            const before = await budgets.readNamespacedPodDisruptionBudget(BUDGET);
            await withContents(STATE_FILE, withPendingBudget, async () => {
                const pending = readFileSync(STATE_FILE, "utf8");
                const refused = await daily("recover", ...STACK, "--confirm", "staging");
                shows(refused, 1, /refuse +creating +PodDisr/, /before the stack's last successful update ended/);
                assert.equal(readFileSync(STATE_FILE, "utf8"), pending);
            });
            const after = await budgets.readNamespacedPodDisruptionBudget(BUDGET);
            assert.equal(after.metadata?.resourceVersion, before.metadata?.resourceVersion);
        });

        it("refuses one that kubectl made with the same labels, and continues once it is gone", async () => {
            const { metadata, spec } = await budgets.readNamespacedPodDisruptionBudget(BUDGET);
            await budgets.deleteNamespacedPodDisruptionBudget(BUDGET);
            writeFileSync(STATE_FILE, withPendingBudget(readFileSync(STATE_FILE, "utf8")));
            const theirs = await budgets.createNamespacedPodDisruptionBudget({
                ...{ namespace: NAMESPACE, fieldManager: "kubectl-create" },
                body: { metadata: { name: BUDGET.name, labels: metadata?.labels }, spec },
            });
            const refused = await daily("recover", ...STACK, "--confirm", "staging");
            shows(refused, 1, /Pulumi did not create it \(field managers: .*kubectl-create/, /--adopt 'PodDisr/);
            const left = await budgets.readNamespacedPodDisruptionBudget(BUDGET);
            assert.equal(left.metadata?.uid, theirs.metadata?.uid);
            await budgets.deleteNamespacedPodDisruptionBudget(BUDGET);
            shows(await daily("recover", ...STACK, "--confirm", "staging"), 0, /clear +creating .*it was not created/);
            await budgets.readNamespacedPodDisruptionBudget(BUDGET);
        });

        for (const seed of SEEDS) {
            const cut = cutOf(seed);
            it(`completes a ${cut.operation} that was killed after ${cut.begun} objects`, async () => {
                const recovery = await new Victim(space, paths).cutAndRecover(cut);
                assert.equal(recovery.cut, true);
            });
        }

        it("keeps a lock whose holder runs or cannot be checked", async () => {
            const folder = join(paths.state, ".pulumi", "locks", "organization", "x0tta6bl4", "staging");
            const lockBy = (pid: number, host: string) => {
                mkdirSync(folder, { recursive: true });
                const content = { pid, username: "ann", hostname: host, timestamp: new Date().toISOString() };
                writeFileSync(join(folder, "test.json"), JSON.stringify(content));
            };
            try {
                lockBy(process.pid, hostname());
                shows(await daily("recover", ...STACK), 2, /another update of stack staging is running: ann@/);
                shows(await daily("destroy", ...STACK, "--confirm", "staging"), 1, /locked by another update: ann@/);
                lockBy(1, "elsewhere");
                shows(await daily("recover", ...STACK), 2, /locked from another machine: ann@elsewhere.*\n.*--force/);
            } finally {
                rmSync(folder, { recursive: true });
            }
        });
    });

    describe("smoke --deep", () => {
        it("asks the real API server what needs no container, says why it skips the rest, and leaves nothing", async () => {
            const state = join(paths.root, "export.json");
            writeFileSync(state, (await pulumi(space, ["stack", "export", "--stack", "staging"])).stdout);
            shows(
                await daily("smoke", "--outputs", state, "--deep"),
                0,
                /Admission a pod that breaks the level is refused: in x0tta6bl4-staging, spire/,
                /Network forbidden paths are blocked: simulated nodes: no container runs/,
                /Clean-up nothing is left/,
            );
            shows(await daily("smoke", ...STACK, "--rotation"), 2, /--rotation needs --deep/);
            shows(
                await daily("smoke", "--outputs", state, "--deep", "--skip", "admision"),
                2,
                /"admision" matches no check/,
            );
        });
    });

    describe("status, logs, shell and port-forward", () => {
        it("show the stack, its parts and its pods on one screen, or as JSON", async () => {
            const text = await daily("status", ...STACK);
            shows(text, 0, /last update +succeeded/, /staging-x0tta6bl4 +2\/2 ready/, /spire-server +1\/1 ready/);
            const json = await daily("status", ...STACK, "--json");
            const survey = JSON.parse(json.stdout) as { parts: { name: string; pods: unknown[] }[] };
            assert.equal(survey.parts.find(({ name }) => name === "Mesh")?.pods.length, 2);
        });

        it("say what kubectl says, and that no container runs", async () => {
            shows(
                await daily("logs", ...STACK),
                1,
                /no logs found for container/,
                /nodes of this cluster are simulated/,
            );
            shows(
                await daily("shell", ...STACK, "--", "ls"),
                2,
                /no exec found/,
                /nodes of this cluster are simulated/,
            );
            shows(await daily("shell", ...STACK), 2, /a shell needs a terminal/);
            shows(await daily("logs", ...STACK, "nopod"), 2, /no pod nopod.*\n.*staging-x0tta6bl4-/);
        });

        it("print the address of an opened port", async () => {
            const lines = await dailyUntil(({ length }) => length === 2, "port-forward", ...STACK);
            assert.match(lines.sort().join("\n"), /^http +http:\/\/127\.0\.0\.1:\d+\nmetrics +http:\S+:\d+\/metrics$/);
        });
    });

    describe("diff", () => {
        it("finds nothing, then exactly what a setting changes, and tells CI", async () => {
            shows(await daily("diff", ...STACK, "--expect-none"), 0, /No changes of \d+ resources; policies passed/);
            const old = readFileSync(space.configFile, "utf8");
            setSetting(space.configFile, "mesh.logLevel", "ERROR");
            const changed = await daily("diff", ...STACK, "--expect-none");
            shows(changed, 1, /^~ ConfigMap \S+-config {2}data\.LOG_LEVEL$/m, /^~ Deployment .*checksum\/config/m);
            setSetting(space.configFile, "mesh.logLevel", "LOUD");
            shows(await daily("diff", ...STACK), 2, /mesh\.logLevel = a text of 4 characters/, /The preview failed/);
            writeFileSync(space.configFile, old);
        });
    });

    describe("with bad input", () => {
        it("stop at a stack that does not exist", async () => {
            shows(await daily("status", "--stack", "prod"), 2, /there is no stack prod/, /npm run local/);
            shows(await daily("logs", "--stack", "dev"), 2, /'dev' is invalid. Allowed choices are staging, prod/);
        });

        it("stop at a cluster that does not answer, or a context that is gone", async () => {
            const away = (text: string) => text.replace(space.cluster.server, "https://127.0.0.1:1");
            await withContents(space.cluster.kubeconfig, away, async () => {
                shows(await daily("status", ...STACK), 2, /https:\/\/127\.0\.0\.1:1 of context \S+ does not answer/);
            });
            const renamed = (text: string) => text.replaceAll(space.cluster.context, "other");
            await withContents(space.cluster.kubeconfig, renamed, async () => {
                shows(await daily("logs", ...STACK), 2, /context \S+ is in none of .*contexts there: other/);
            });
        });

        it("show what they may see, and name what they may not", async () => {
            const limited = readFileSync(await limitedKubeconfig(space.cluster, join(paths.root, "limited")), "utf8");
            await withContents(
                space.cluster.kubeconfig,
                () => limited,
                async () => {
                    shows(
                        await daily("status", ...STACK),
                        0,
                        /your user cannot list: .*deployments.*\(namespaces .*x0tta6bl4-staging/,
                    );
                    shows(await daily("logs", ...STACK), 2, /forbidden/i, /lacks this permission/);
                },
            );
        });

        it("destroy nothing in a cluster that is not the stack's", async () => {
            const uid = (await cluster.core.readNamespace({ name: NAMESPACE })).metadata?.uid ?? "";
            const other = (text: string) => text.replaceAll(uid, "00000000-0000-0000-0000-000000000000");
            await withContents(STATE_FILE, other, async () => {
                shows(
                    await daily("destroy", ...STACK, "--confirm", "staging"),
                    2,
                    /is not the one that this stack created/,
                );
            });
            shows(await daily("destroy", ...STACK), 2, /--confirm staging/);
            shows(await daily("clean", ...STACK), 2, /still has objects/);
        });
    });

    describe("destroy, then clean", () => {
        const crds = async () => {
            const { items } = await cluster.extensions.listCustomResourceDefinition();
            return items.filter(({ spec }) => spec.group === "spire.spiffe.io").length;
        };

        it("remove everything but the CRDs, and then those", async () => {
            const destroyed = await daily("destroy", ...STACK, "--confirm", "staging");
            shows(destroyed, 0, /removes .*Namespace/, /keeps +CustomResourceDefinition/, /CRDs above are kept/);
            assert.notEqual(await crds(), 0);
            shows(
                await daily("clean", ...STACK, "--dry-run"),
                0,
                /removes +CustomResourceDefinition \S+\.spire\.spiffe\.io/,
            );
            shows(await daily("clean", ...STACK, "--confirm", "staging"), 0);
            assert.equal(await crds(), 0);
            shows(await daily("clean", ...STACK), 0, /keeps +3 CustomResourceDefinitions of monitoring/);
        });
    });
});
