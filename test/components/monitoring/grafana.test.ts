import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import * as pulumi from "@pulumi/pulumi";
import { chartValuesOf } from "../../support/monitoring";
import { list, outputsOf, programRun, STACKS } from "../../support/mesh";
import { places } from "../../support/places";
import { at, only } from "../../support/program";

const grafana = (given: Record<string, unknown>) => ({ monitoring: { grafana: given } });

describe("Grafana", () => {
    for (const [stack, password] of [
        ["staging", "staging"],
        ["prod", "password-of-monitoring-grafana-password"],
    ] as const) {
        it(`gets the password of ${stack} from one Secret, marked as secret`, async () => {
            const { inputs } = only(await programRun(stack), "Secret", "monitoring-grafana-admin");
            assert.equal(at(inputs, "metadata", "name"), "grafana-admin");
            assert.equal(at(inputs, "metadata", "namespace"), "monitoring");
            assert.deepEqual(at(inputs, "stringData"), {
                secret: { "admin-user": "admin", "admin-password": password },
            });
        });

        it(`shows the password of ${stack} in a secret output`, async () => {
            const run = await programRun(stack);
            assert.equal(at(await outputsOf(run), "grafanaPassword"), password);
            if (stack === "staging") {
                // The provider marks generated values as secret; the mocks do not.
                assert.equal(await pulumi.isSecret(run.outputs.grafanaPassword ?? pulumi.output("")), true);
            }
        });
    }

    it("has the Secret's name in the chart's values, and no password", async () => {
        for (const stack of STACKS) {
            const values = chartValuesOf(await programRun(stack));
            assert.deepEqual(at(values, "grafana", "admin"), {
                existingSecret: "grafana-admin",
                userKey: "admin-user",
                passwordKey: "admin-password",
            });
            assert.doesNotMatch(JSON.stringify(values), /password-of-|adminPassword|"staging":|secret":\{/);
        }
    });

    it("is installed after its Secret and the role of its sidecars", async () => {
        const all = await places("staging");
        const release = all.find(({ name }) => name === "monitoring-chart");
        for (const name of ["monitoring-grafana-admin", "monitoring-grafana-reader"]) {
            assert.ok(
                release?.dependsOn.some((one) => one.endsWith(`::${name}`)),
                name,
            );
        }
    });

    it("generates another password when the rotation changes, and restarts with it", async () => {
        const run = await programRun("prod", grafana({ password: { type: "generated", rotation: "2" } }));
        const { inputs } = only(run, "RandomPassword", "monitoring-grafana-password");
        assert.deepEqual(inputs.keepers, { rotation: "2" });
        assert.equal(inputs.length, 32);
        assert.deepEqual(at(chartValuesOf(run), "grafana", "podAnnotations"), {
            "grafana.x0tta6bl4.mesh/password-rotation": "2",
        });
    });

    it("makes no password where a Secret of the user's holds it", async () => {
        const run = await programRun("prod", grafana({ password: { type: "existing", secretName: "my-grafana" } }));
        assert.equal(at(chartValuesOf(run), "grafana", "admin", "existingSecret"), "my-grafana");
        assert.ok(!run.resources.some(({ name }) => /grafana-(admin|password)$/.test(name)));
        assert.equal(at(await outputsOf(run), "grafanaPassword"), undefined);
    });

    it("lets its sidecars read ConfigMaps of its own namespace, and no Secret", async () => {
        const run = await programRun("staging");
        const role = only(run, "Role", "monitoring-grafana-reader").inputs;
        assert.deepEqual(role.rules, [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }]);
        const values = at(chartValuesOf(run), "grafana");
        assert.deepEqual(at(values, "rbac"), { namespaced: true, useExistingRole: at(role, "metadata", "name") });
        for (const sidecar of ["dashboards", "datasources"]) {
            assert.deepEqual(at(values, "sidecar", sidecar, "searchNamespace"), ["monitoring"]);
            assert.equal(at(values, "sidecar", sidecar, "resource"), "configmap");
        }
    });

    it("probes a sidecar's health endpoint with a command that distinguishes 200 from 503 and from no response", async function () {
        if (spawnSync("python3", ["--version"]).status !== 0) {
            this.skip();
        }
        const sidecar = at(chartValuesOf(await programRun("staging")), "grafana", "sidecar");
        let status = 200;
        const server = createServer((_, response) => response.writeHead(status).end("OK")).listen(0, "127.0.0.1");
        await once(server, "listening");
        const address = server.address();
        const port = typeof address === "object" && address !== null ? address.port : 0;
        const exitCode = async (probe: string) => {
            const [, ...args] = list(at(sidecar, probe, "exec", "command")).map(String);
            const env = { ...process.env, HEALTH_PORT: String(port) };
            const exit: unknown[] = await once(spawn("python3", args, { env, stdio: "ignore" }), "exit");
            return Number(exit[0]);
        };
        for (const probe of ["livenessProbe", "readinessProbe"]) {
            status = 200;
            assert.equal(await exitCode(probe), 0, probe);
            status = 503;
            assert.notEqual(await exitCode(probe), 0, probe);
        }
        server.close();
        assert.notEqual(await exitCode("livenessProbe"), 0);
    });

    it("never runs liveness and readiness probes of a sidecar at the same time", async () => {
        const sidecar = at(chartValuesOf(await programRun("staging")), "grafana", "sidecar");
        const times = (probe: string) =>
            Array.from({ length: 20 }, (_, index) => {
                const [delay, period] = ["initialDelaySeconds", "periodSeconds"].map((field) =>
                    Number(at(sidecar, probe, field)),
                );
                return (delay ?? 0) + (period ?? 0) * index;
            });
        const readiness = times("readinessProbe");
        assert.ok(times("livenessProbe").every((time) => readiness.every((other) => Math.abs(time - other) >= 10)));
    });

    it("gives each sidecar a separate health port, which its probes use", async () => {
        const sidecar = at(chartValuesOf(await programRun("staging")), "grafana", "sidecar");
        const ports = ["dashboards", "datasources"].map((name) => at(sidecar, name, "env", "HEALTH_PORT"));
        assert.equal(new Set(ports).size, 2);
        for (const probe of ["livenessProbe", "readinessProbe"]) {
            assert.match(JSON.stringify(at(sidecar, probe, "exec")), /HEALTH_PORT/);
        }
    });

    it("shows dashboards in folders, and neither calls out nor writes to its root file system", async () => {
        const values = at(chartValuesOf(await programRun("staging")), "grafana");
        assert.equal(at(values, "sidecar", "dashboards", "folderAnnotation"), "grafana_folder");
        assert.equal(at(values, "sidecar", "dashboards", "provider", "foldersFromFilesStructure"), true);
        assert.deepEqual(at(values, "grafana.ini", "analytics"), {
            check_for_updates: false,
            check_for_plugin_updates: false,
            reporting_enabled: false,
        });
        assert.equal(at(values, "grafana.ini", "plugins", "preinstall_disabled"), true);
        assert.equal(at(values, "containerSecurityContext", "readOnlyRootFilesystem"), true);
        assert.equal(at(values, "sidecar", "securityContext", "readOnlyRootFilesystem"), true);
    });

    it("is replaced, not rolled, where it has a volume that one node alone can mount", async () => {
        const run = await programRun("prod", grafana({ persistence: { enabled: true, size: "7Gi" } }));
        assert.deepEqual(at(chartValuesOf(run), "grafana", "deploymentStrategy"), { type: "Recreate" });
        assert.equal(at(chartValuesOf(run), "grafana", "persistence", "size"), "7Gi");
    });
});
