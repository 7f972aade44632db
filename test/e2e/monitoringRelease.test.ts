import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { run } from "../../local/process";
import { ensureTools } from "../../local/tools";
import { up } from "../../local/up";
import type { Workspace } from "../../local/workspace";
import { at } from "../support/program";
import { packChart } from "./support/chart";
import { onStack, output, paths, policies, progress, pulumi, removeAll, workspace } from "./support/embedded";
import { type Clients, clients } from "./support/objects";

const NAMESPACE = "monitoring";
const ALERTMANAGER = "prometheus-kube-prometheus-alertmanager";

describe("The chart's release on the embedded cluster", () => {
    let helm: string;
    let chart: string;
    let space: Workspace;
    let cluster: Clients;

    const configMap = async (name: string) =>
        (await cluster.core.readNamespacedConfigMap({ namespace: NAMESPACE, name })).data;
    const set = async (key: string, value: string) => {
        assert.equal((await onStack(space, "staging", ["config", "set", "--path", key, value])).code, 0);
    };
    const update = () => onStack(space, "staging", ["up", "--yes", "--skip-preview", ...policies]);

    before(async () => {
        await removeAll();
        mkdirSync(paths.root, { recursive: true });
        helm = (await ensureTools(["helm"], progress)).helm.path;
        chart = await packChart(helm);
        await up("staging", progress, paths, chart);
        space = await workspace("staging", chart);
        cluster = clients(space.cluster);
    });

    after(removeAll);

    it("gets the settings as values", async () => {
        assert.deepEqual(await configMap("prometheus-kube-prometheus-prometheus"), {
            replicas: "1",
            retention: "3d",
            retentionSize: "4GB",
            cluster: "staging",
        });
        assert.equal((await configMap(ALERTMANAGER))?.secrets, "");
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
        const result = await onStack(space, "staging", ["preview", "--expect-no-changes", ...policies]);
        assert.equal(result.code, 0, output(result));
    });

    it("refuses a receiver whose Secret is missing, names the command, and takes it once it is there", async () => {
        const chat = { name: "chat", type: "slack", channel: "#x", secret: { name: "receivers", key: "slack-url" } };
        setSection(space.configFile, (section) => {
            section.alertmanager = { receivers: [chat], routing: { warning: "chat" }, checkSecrets: true };
        });
        const refused = await update();
        assert.notEqual(refused.code, 0);
        assert.match(output(refused), /there is no Secret monitoring\/receivers/);
        assert.match(output(refused), /--context \S+ --namespace monitoring create secret generic receivers/);
        await cluster.core.createNamespacedSecret({
            namespace: NAMESPACE,
            body: { metadata: { name: "receivers" }, stringData: { "slack-url": "https://hooks.invalid/x" } },
        });
        const result = await update();
        assert.equal(result.code, 0, output(result));
        assert.equal((await configMap(ALERTMANAGER))?.secrets, "receivers");
        const name = `alertmanager-${ALERTMANAGER}`;
        const { data } = await cluster.core.readNamespacedSecret({ namespace: NAMESPACE, name });
        const config: unknown = parse(Buffer.from(data?.["alertmanager.yaml"] ?? "", "base64").toString());
        assert.equal(at(config, "route", "receiver"), "chat");
        assert.equal(
            at(config, "receivers", 1, "slack_configs", 0, "api_url_file"),
            "/etc/alertmanager/secrets/receivers/slack-url",
        );
    });

    it("that a killed helm left in the middle is named with the command that frees it, and then updated", async () => {
        const binding = ["--kubeconfig", space.cluster.kubeconfig, "--kube-context", space.cluster.context];
        const args = ["upgrade", "prometheus", chart, "--namespace", NAMESPACE, "--reuse-values", "--set", "hold=true"];
        const child = spawn(helm, [...args, ...binding], { stdio: "ignore" });
        await podAppears("hold");
        child.kill("SIGKILL");
        await once(child, "exit");

        await set("monitoring.prometheus.retention", "5d");
        const refused = await update();
        assert.notEqual(refused.code, 0);
        const text = output(refused);
        assert.match(text, /Helm release monitoring\/prometheus is held by revision \d+ \(pending-upgrade\)/);
        const [, secret = ""] = /--namespace monitoring delete secret (\S+)/.exec(text) ?? [];
        await cluster.core.deleteNamespacedSecret({ namespace: NAMESPACE, name: secret });
        const result = await update();
        assert.equal(result.code, 0, output(result));
        assert.equal((await configMap("prometheus-kube-prometheus-prometheus"))?.retention, "5d");
    });

    it("goes with the stack", async () => {
        const result = await onStack(space, "staging", ["destroy", "--yes", "--skip-preview"]);
        assert.equal(result.code, 0, output(result));
        const namespaces = (await cluster.core.listNamespace()).items.map(({ metadata }) => metadata?.name);
        assert.ok(!namespaces.includes(NAMESPACE));
    });

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

/** Changes the section `monitoring` of a stack file. */
function setSection(file: string, change: (section: Record<string, unknown>) => void): void {
    const content = parse(readFileSync(file, "utf8")) as { config: Record<string, Record<string, unknown>> };
    change(content.config["x0tta6bl4:monitoring"] ?? {});
    writeFileSync(file, stringify(content));
}
