import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SettingsError } from "../settings/shared/faults";
import { at, type ProgramRun, runProgram } from "./support/program";
import { list, outputsOf, run, text } from "./support/mesh";
import { EVERYTHING_ON } from "./support/meshVariants";
import { PROJECT_ROOT } from "../project";

/** Outputs of a stack that is bound to a kubeconfig file and context. */
async function outputsWith(cluster: Record<string, unknown>): Promise<unknown> {
    return outputsOf(await run("staging", { cluster: { checkReachable: false, ...cluster } }));
}

/** A run in which the CLI says that the key `mesh` holds a secret, as after `pulumi config set --secret --path mesh...`. */
async function runWithSecret(mesh: Record<string, unknown>): Promise<ProgramRun> {
    process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(["x0tta6bl4:mesh"]);
    try {
        return await runProgram("staging", { mesh });
    } finally {
        delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    }
}

/** Everything in a run that the state would store in plain text. */
async function plain(result: ProgramRun): Promise<string> {
    const isSecret = (value: unknown) =>
        typeof value === "object" && value !== null && Object.keys(value).join() === "secret";
    return JSON.stringify([await outputsOf(result), result.resources], (_, value: unknown) =>
        isSecret(value) ? "[secret]" : value,
    );
}

describe("Stack outputs", () => {
    for (const [stack, namespace, app] of [
        ["staging", "x0tta6bl4-staging", "staging-x0tta6bl4"],
        ["prod", "x0tta6bl4-production", "prod-x0tta6bl4"],
    ] as const) {
        it(`name what runs in ${stack}`, async () => {
            const outputs = await outputsOf(await run(stack));
            assert.equal(at(outputs, "namespace"), namespace);
            assert.equal(at(outputs, "deployment"), app);
            assert.equal(at(outputs, "secretName"), `${app}-secrets`);
            assert.equal(at(outputs, "configMapName"), `${app}-config`);
            assert.equal(at(outputs, "serviceAccountName"), app);
            assert.equal(at(outputs, "clusterRoleName"), namespace);
            assert.equal(at(outputs, "trustDomain"), "x0tta6bl4.mesh");
        });

        it(`give the addresses inside the cluster of ${stack}`, async () => {
            assert.deepEqual(at(await outputsOf(await run(stack)), "services"), {
                http: `http://${app}.${namespace}.svc:8000`,
                metrics: `http://${app}-metrics.${namespace}.svc:9090/metrics`,
                mesh: `${app}.${namespace}.svc:7946`,
            });
        });

        it(`give port-forward commands that are bound to the context of ${stack}`, async () => {
            const command = `kubectl --context test --namespace ${namespace} port-forward`;
            const monitoring = "kubectl --context test --namespace monitoring port-forward";
            assert.deepEqual(at(await outputsOf(await run(stack)), "portForward"), {
                http: `${command} service/${app} 8000:8000`,
                metrics: `${command} service/${app}-metrics 9090:9090`,
                grafana: `${monitoring} service/prometheus-grafana 3000:80`,
                prometheus: `${monitoring} service/prometheus-kube-prometheus-prometheus 9091:9090`,
                alertmanager: `${monitoring} service/prometheus-kube-prometheus-alertmanager 9093:9093`,
            });
        });
    }

    it("are the promised ones and no others", async () => {
        assert.deepEqual(Object.keys((await run("staging")).outputs).sort(), [
            "alerting",
            "cluster",
            "clusterRoleName",
            "configMapName",
            "deployment",
            "grafanaPassword",
            "monitoringNamespace",
            "namespace",
            "portForward",
            "readme",
            "secretName",
            "serviceAccountName",
            "services",
            "trustDomain",
        ]);
    });

    it("follow the settings", async () => {
        const outputs = await outputsOf(await run("staging", EVERYTHING_ON));
        assert.equal(at(outputs, "namespace"), "mesh-of-mine");
        assert.equal(at(outputs, "trustDomain"), "example.org");
        assert.equal(
            at(outputs, "services", "metrics"),
            "http://staging-x0tta6bl4-metrics.mesh-of-mine.svc:9100/prometheus",
        );
        assert.match(text(at(outputs, "portForward", "http")), / 8100:8100$/);
    });

    it("name the user's own Secret when there is one", async () => {
        const result = await run("staging", { mesh: { secret: { existingName: "keys-of-mine" } } });
        assert.equal(result.outputs.secretName, "keys-of-mine");
    });

    it("bind the commands to the kubeconfig file when one is set", async () => {
        const outputs = await outputsWith({ context: "test", kubeconfig: "/etc/kube/one" });
        assert.deepEqual(at(outputs, "cluster"), { context: "test", kubeconfig: "/etc/kube/one" });
        assert.match(
            text(at(outputs, "portForward", "metrics")),
            /^kubectl --kubeconfig \/etc\/kube\/one --context test --namespace /,
        );
    });

    it("give commands that can be pasted whatever the file and the context are called", async () => {
        const outputs = await outputsWith({ context: "my cluster", kubeconfig: "/home/jo/my files/config" });
        const command = text(at(outputs, "portForward", "http"));
        assert.match(command, /--kubeconfig '\/home\/jo\/my files\/config' --context 'my cluster' /);
    });

    it("are short, since every update prints them; the settings in force are the components' inputs", async () => {
        for (const stack of ["staging", "prod"]) {
            const { readme, ...printed } = (await outputsOf(await run(stack))) as Record<string, unknown>;
            assert.ok(typeof readme === "string");
            const lines = JSON.stringify(printed, null, 2).split("\n").length;
            assert.ok(lines < 50, `${lines} lines in ${stack}`);
        }
    });

    it("and resources hold no value in plain that the configuration marks as a secret", async () => {
        const sent = await runWithSecret({ env: { API_KEY: "hunter2" } }).then(plain, (error: unknown) => {
            assert.ok(error instanceof SettingsError, String(error));
            return error.message;
        });
        assert.doesNotMatch(sent, /hunter2/);
    });
});

describe("Stack page", () => {
    const page = readFileSync(join(PROJECT_ROOT, "Pulumi.README.md"), "utf8");

    it("is an output", async () => {
        assert.equal((await run("staging")).outputs.readme, page);
    });

    it("shows only outputs that there are", async () => {
        const outputs = await outputsOf(await run("staging"));
        const shown = [...page.matchAll(/\$\{outputs\.([^}]+)\}/g)].map(([, path]) => path ?? "");
        assert.ok(shown.length > 5);
        for (const path of shown) {
            assert.equal(typeof at(outputs, ...path.split(".")), "string", path);
        }
        assert.deepEqual(list(page.match(/\$\{(?!outputs\.)[^}]*\}/g) ?? []), []);
    });
});
