import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { run } from "../../process/run";
import { killStrays } from "../../engine/strays";
import { ensureTools } from "../../tools";
import { type RunningStack, up } from "../../local/up";
import type { Workspace } from "../../local/workspace";
import { runAndCut } from "../faults/cut";
import { failureText, runSmoke } from "../../smoke";
import { at } from "../support/program";
import { daily, dailyUntil } from "./support/command";
import { onStack, output, paths, POLICIES, progress, pulumi, removeAll, workspace } from "./support/embedded";
import { packChart, setSection, useChart } from "./support/monitoringChart";
import { type Clients, clients } from "./support/objects";
import { setSetting } from "./support/settings";

const NAMESPACE = "monitoring";

describe("The chart's release on the embedded cluster", () => {
    let helm: string;
    let chart: string;
    let running: RunningStack;
    let space: Workspace;
    let cluster: Clients;

    const specOf = async (kind: "Prometheus" | "Alertmanager") =>
        at(
            await cluster.objects.read({
                apiVersion: "monitoring.coreos.com/v1",
                kind,
                metadata: { namespace: NAMESPACE, name: `prometheus-kube-prometheus-${kind.toLowerCase()}` },
            }),
            "spec",
        );
    const set = (path: string, value: string) => {
        setSetting(space.configFile, path, value);
    };
    const update = () => onStack(space, "staging", ["up", "--yes", "--skip-preview", ...POLICIES]);

    before(async () => {
        await removeAll();
        mkdirSync(paths.root, { recursive: true });
        helm = (await ensureTools(["helm"], progress)).helm.path;
        chart = await packChart(helm, "whole");
        running = await up("staging", progress, paths, chart);
        space = await workspace("staging", chart);
        cluster = clients(space.cluster);
    });

    after(removeAll);

    it("gets the settings as values", async () => {
        const spec = await specOf("Prometheus");
        assert.deepEqual(
            ["replicas", "retention", "retentionSize", "externalLabels"].map((field) => at(spec, field)),
            [1, "3d", "4GB", { cluster: "staging" }],
        );
        assert.deepEqual(at(await specOf("Alertmanager"), "secrets"), []);
    });

    it("is seen by the smoke checks, as far as simulated nodes go", async () => {
        const report = await runSmoke({ ...running, filter: "monitoring" });
        assert.equal(report.failed, 0, failureText(report));
        assert.deepEqual(
            report.results.flatMap(({ name, finding }) =>
                finding.status === "skipped" ? [`${name}: ${finding.detail}`] : [],
            ),
            [
                "webhook ready: the operator checks rules itself (monitoring.operator.webhook.replicas)",
                "Prometheus ready: 1 asked for; simulated nodes: no operator runs that makes its pods",
                "Alertmanager ready: 1 asked for; simulated nodes: no operator runs that makes its pods",
            ],
        );
    });

    it("runs Grafana with the password of its Secret, which no value holds", async () => {
        const { spec } = await cluster.apps.readNamespacedDeployment({
            namespace: NAMESPACE,
            name: "prometheus-grafana",
        });
        const { name, key } = spec?.template.spec?.containers[0]?.env?.[0]?.valueFrom?.secretKeyRef ?? {};
        assert.deepEqual({ name, key }, { name: "grafana-admin", key: "admin-password" });
        const { data } = await cluster.core.readNamespacedSecret({ namespace: NAMESPACE, name: "grafana-admin" });
        assert.equal(Buffer.from(data?.["admin-password"] ?? "", "base64").toString(), "staging");
        const { stdout } = await run(helm, [
            ...["get", "values", "prometheus", "--namespace", NAMESPACE, "--output", "json"],
            ...["--kubeconfig", space.cluster.kubeconfig, "--kube-context", space.cluster.context],
        ]);
        assert.equal(at(JSON.parse(stdout), "grafana", "admin", "existingSecret"), "grafana-admin");
        assert.equal(at(JSON.parse(stdout), "grafana", "adminPassword"), undefined);
        const asked = ["stack", "output", "grafanaPassword", "--stack", "staging"];
        assert.equal((await pulumi(space, asked, { cwd: paths.stacks })).stdout.trim(), "[secret]");
        const shown = await pulumi(space, [...asked, "--show-secrets"], { cwd: paths.stacks });
        assert.equal(shown.stdout.trim(), "staging");
    });

    it("comes after namespace and Secret, and before the objects of its kinds", () => {
        const log = readFileSync(join(paths.logs, "pulumi-staging.log"), "utf8");
        const place = (what: string) => {
            const found = log.search(new RegExp(` ${what} created \\(`));
            assert.ok(found >= 0, `${what} was not created`);
            return found;
        };
        const chartReady = place("monitoring-chart");
        assert.ok(place("monitoring-namespace") < chartReady);
        assert.ok(place("monitoring-grafana-admin") < chartReady);
        for (const kind of ["ServiceMonitor", "PrometheusRule"]) {
            const first = log.search(new RegExp(`:${kind} \\S+ creating`));
            assert.ok(first > chartReady, `${kind} at ${first}, the chart at ${chartReady}`);
        }
    });

    it("has nothing to change in a second preview", async () => {
        const result = await onStack(space, "staging", ["preview", "--expect-no-changes", ...POLICIES]);
        assert.equal(result.code, 0, output(result));
    });

    it("is opened by npx x0 monitoring, which prints login and address", async () => {
        const open = (lines: readonly string[]) => lines.at(-1)?.startsWith("grafana ") === true;
        const [first = "", ...rest] = await dailyUntil(open, "monitoring", "grafana", "--stack", "staging");
        assert.match(first, /^login +user admin, password: pulumi stack output grafanaPassword --show-secrets/);
        assert.match(rest.at(-1) ?? "", /^grafana +http:\/\/127\.0\.0\.1:\d+$/);
    });

    it("is not opened if no pod responds: npx x0 monitoring reports it immediately", async () => {
        const result = await daily("monitoring", "prometheus", "--stack", "staging");
        assert.equal(result.code, 2, output(result));
        assert.match(output(result), /prometheus cannot be opened: no pod behind Service prometheus-kube-prometheus-/);
        assert.match(output(result), /npx x0 smoke --stack staging --filter monitoring/);
    });

    it("refuses a receiver whose Secret is missing, names the command, and takes it once it is there", async () => {
        const chat = { name: "chat", type: "slack", channel: "#x", secret: { name: "receivers", key: "slack-url" } };
        setSection(space.configFile, (section) => {
            section.alertmanager = { receivers: [chat], routing: { warning: "chat" }, checkSecrets: true };
        });
        const refused = await update();
        assert.notEqual(refused.code, 0);
        assert.match(output(refused), /Secret monitoring\/receivers does not exist/);
        assert.match(output(refused), /--context \S+ --namespace monitoring create secret generic receivers/);
        await cluster.core.createNamespacedSecret({
            namespace: NAMESPACE,
            body: { metadata: { name: "receivers" }, stringData: { "slack-url": "https://hooks.invalid/x" } },
        });
        const result = await update();
        assert.equal(result.code, 0, output(result));
        assert.deepEqual(at(await specOf("Alertmanager"), "secrets"), ["receivers"]);
        const name = "alertmanager-prometheus-kube-prometheus-alertmanager";
        const { data } = await cluster.core.readNamespacedSecret({ namespace: NAMESPACE, name });
        const config: unknown = parse(Buffer.from(data?.["alertmanager.yaml"] ?? "", "base64").toString());
        assert.equal(at(config, "route", "receiver"), "chat");
        assert.equal(
            at(config, "receivers", 1, "slack_configs", 0, "api_url_file"),
            "/etc/alertmanager/secrets/receivers/slack-url",
        );
    });

    it("that a killed helm left pending is reported with the command that rolls it back, and then updated", async () => {
        const binding = ["--kubeconfig", space.cluster.kubeconfig, "--kube-context", space.cluster.context];
        const args = ["upgrade", "prometheus", chart, "--namespace", NAMESPACE, "--reuse-values", "--set", "hold=true"];
        const child = spawn(helm, [...args, ...binding], { stdio: "ignore" });
        await podAppears("hold");
        child.kill("SIGKILL");
        await once(child, "exit");

        set("monitoring.prometheus.retention", "5d");
        const refused = await update();
        assert.notEqual(refused.code, 0);
        const text = output(refused);
        assert.match(text, /Helm release monitoring\/prometheus is held by revision \d+ \(pending-upgrade\)/);
        assert.match(text, /Repair it: +npx x0 recover --stack staging/);
        const recovered = await daily("recover", "--stack", "staging", "--confirm", "staging");
        assert.equal(recovered.code, 0, output(recovered));
        assert.match(
            output(recovered),
            /rollback +recorded +Release monitoring-chart +its revision \d+ is pending-upgrade/,
        );
        assert.equal(at(await specOf("Prometheus"), "retention"), "5d");
    });

    it("is removed with the stack", async () => {
        const result = await onStack(space, "staging", ["destroy", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
        const namespaces = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name);
        assert.ok(!namespaces.includes(NAMESPACE));
    });

    it("that a killed first install left pending is reported, freed and adopted", async () => {
        // The Secret of the receiver was deleted with its namespace.
        setSection(space.configFile, (section) => {
            section.alertmanager = { checkSecrets: false };
        });
        useChart(space.configFile, await packChart(helm, "held", { hold: true }));
        const args = ["up", "--yes", "--skip-preview", "--stack", "staging"];
        assert.ok(await runAndCut(space, args, true, () => podAppears("hold")), "it ended before it was killed");
        await killStrays(paths);
        await pulumi(space, ["cancel", "--yes", "--stack", "staging"], { cwd: paths.stacks });

        useChart(space.configFile, chart);
        const refused = await update();
        assert.notEqual(refused.code, 0);
        assert.match(output(refused), /Helm release monitoring\/prometheus is held by revision 1 \(pending-install\)/);
        assert.doesNotMatch(output(refused), /^ +at .*\(.*:\d+\)/m, "a stack trace was printed");
        const recovered = await daily("recover", "--stack", "staging", "--confirm", "staging");
        assert.equal(recovered.code, 0, output(recovered));
        assert.match(
            output(recovered),
            /uninstall +creating +Release monitoring-chart +its revision 1 is pending-install/,
        );
        assert.deepEqual(await states(), ["1 deployed"]);
    });

    it("that fails, at a change or at the first install, is reported with the reason, and repaired by the next update", async () => {
        const broken = await packChart(helm, "broken", { broken: true });
        const failsAndRecovers = async (failed: readonly string[], repaired: readonly string[]) => {
            useChart(space.configFile, broken);
            set("monitoring.prometheus.retention", "6d");
            const result = await update();
            assert.notEqual(result.code, 0);
            assert.match(output(result), /monitoring-chart/);
            assert.match(
                output(result),
                /Helm release \W?monitoring\/prometheus\W? .*Service "broken" is invalid.*99999/s,
            );
            assert.deepEqual(await states(), failed);
            useChart(space.configFile, chart);
            set("monitoring.prometheus.retention", "7d");
            const next = await update();
            assert.equal(next.code, 0, output(next));
            assert.deepEqual(await states(), repaired);
            assert.equal(at(await specOf("Prometheus"), "retention"), "7d");
        };
        await failsAndRecovers(["1 deployed", "2 failed"], ["1 superseded", "2 failed", "3 deployed"]);
        const gone = await onStack(space, "staging", ["destroy", "--yes", "--skip-preview"]);
        assert.equal(gone.code, 0, output(gone));
        await failsAndRecovers(["1 failed"], ["1 superseded", "2 deployed"]);
    });

    /** Revisions that Helm recorded, oldest first. */
    async function states(): Promise<string[]> {
        const labelSelector = "owner=helm,name=prometheus";
        const { items } = await cluster.core.listNamespacedSecret({ namespace: NAMESPACE, labelSelector });
        return items
            .map(({ metadata }) => `${metadata?.labels?.version ?? ""} ${metadata?.labels?.status ?? ""}`)
            .sort();
    }

    async function podAppears(name: string): Promise<void> {
        for (;;) {
            const { items } = await cluster.core.listNamespacedPod({ namespace: NAMESPACE });
            if (items.some(({ metadata }) => metadata?.name === name)) {
                return;
            }
            await sleep(200);
        }
    }
});
