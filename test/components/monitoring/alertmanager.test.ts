import assert from "node:assert/strict";
import type { ReadAnswer } from "../../../kube/read";
import { missingSecrets, monitoringSecrets } from "../../../preflight/monitoring";
import { stuckRelease } from "../../../preflight/monitoring/stuckRelease";
import { silence } from "../../../components/monitoring/alertmanager/summary";
import { grafana } from "../../../settings/monitoring/grafana";
import { monitoringSchema } from "../../../settings/monitoring/schema";
import { alertmanagerSettings, RECEIVERS, ROUTING } from "../../support/alertmanager";
import { outputsOf, policySpec, programRun } from "../../support/mesh";
import { chartValuesOf } from "../../support/monitoring";
import { at } from "../../support/program";

const given = (alertmanager: Record<string, unknown>) => ({ monitoring: { alertmanager } });

describe("Alertmanager", () => {
    it("has in prod three replicas on different nodes, of which two always run", async () => {
        const values = at(chartValuesOf(await programRun("prod")), "alertmanager");
        assert.equal(at(values, "alertmanagerSpec", "replicas"), 3);
        assert.equal(at(values, "alertmanagerSpec", "podAntiAffinity"), "hard");
        assert.deepEqual(at(values, "podDisruptionBudget"), { enabled: true, minAvailable: 2 });
    });

    it("has in staging one replica and no budget that would keep its node from being drained", async () => {
        const values = at(chartValuesOf(await programRun("staging")), "alertmanager");
        assert.equal(at(values, "alertmanagerSpec", "replicas"), 1);
        assert.equal(at(values, "podDisruptionBudget", "enabled"), false);
    });

    it("gets each Secret of its receivers as files, once", async () => {
        const run = await programRun("prod", given({ receivers: RECEIVERS, routing: ROUTING }));
        const secrets = at(chartValuesOf(run), "alertmanager", "alertmanagerSpec", "secrets");
        assert.deepEqual(secrets, ["receivers", "mail-server", "telegram"]);
    });

    it("reads AlertmanagerConfig routes from its own namespace only, and does not modify them", async () => {
        const spec = at(chartValuesOf(await programRun("prod")), "alertmanager", "alertmanagerSpec");
        assert.deepEqual(at(spec, "alertmanagerConfigMatcherStrategy"), { type: "None" });
        assert.deepEqual(at(spec, "alertmanagerConfigNamespaceSelector"), {
            matchLabels: { "kubernetes.io/metadata.name": "monitoring" },
        });
    });

    it("reaches https and the mail servers of its receivers, and nothing else outside", async () => {
        const more = [{ cidr: "10.1.0.0/16", port: 8080 }];
        const run = await programRun("prod", given({ receivers: RECEIVERS, routing: ROUTING, egress: more }));
        assert.deepEqual(at(policySpec(run, "monitoring-policy-alertmanager-receivers"), "egress"), [
            {
                to: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
                ports: [
                    { protocol: "TCP", port: 443 },
                    { protocol: "TCP", port: 587 },
                ],
            },
            { to: [{ ipBlock: { cidr: "10.1.0.0/16" } }], ports: [{ protocol: "TCP", port: 8080 }] },
        ]);
        const closed = await programRun("staging");
        assert.ok(!closed.resources.some(({ name }) => name.endsWith("alertmanager-receivers")));
    });

    it("lists the receivers in an output", async () => {
        assert.equal(
            at(await outputsOf(await programRun("prod")), "alerting"),
            "critical: pager, warning: chat, info: nobody, dead man's switch: dead-man",
        );
    });

    it("says in an output that alerts reach no one where no receiver is set", async () => {
        assert.match(
            String(at(await outputsOf(await programRun("staging")), "alerting")),
            /^No receiver is set for critical alerts: set monitoring\.alertmanager\.receivers/,
        );
        const receivers = RECEIVERS.filter(({ name }) => name === "chat");
        assert.equal(silence(alertmanagerSettings({ receivers, routing: { warning: "chat" } })), undefined);
    });
});

describe("Secrets of monitoring, before an update", () => {
    const settings = {
        ...monitoringSchema.parse({ alertmanager: { receivers: RECEIVERS, routing: ROUTING } }),
        grafana: grafana.parse({ password: { type: "existing", secretName: "my-grafana" } }),
    };
    const needed = monitoringSecrets(settings);
    const namespace = "/api/v1/namespaces/monitoring";
    const complete: Record<string, unknown> = {
        [namespace]: { metadata: {} },
        [`${namespace}/secrets/receivers`]: { data: { "slack-url": "", "pagerduty-key": "", "dead-man-url": "" } },
        [`${namespace}/secrets/mail-server`]: { data: { password: "" } },
        [`${namespace}/secrets/telegram`]: { data: { token: "" } },
        [`${namespace}/secrets/my-grafana`]: { data: { "admin-user": "", "admin-password": "" } },
    };
    const reasons = (objects: Record<string, unknown>) => {
        const read = (path: string): Promise<ReadAnswer> => Promise.resolve({ seen: true, object: objects[path] });
        return missingSecrets(read, needed, "monitoring", "kubectl --context test");
    };

    it("are each read once, with all keys that are used", () => {
        assert.deepEqual(
            needed.map(({ name, keys }) => `${name}: ${keys.join(" ")}`),
            [
                "receivers: slack-url pagerduty-key dead-man-url",
                "mail-server: password",
                "telegram: token",
                "my-grafana: admin-user admin-password",
            ],
        );
    });

    it("are accepted when they are complete", async () => {
        assert.deepEqual(await reasons(complete), []);
    });

    it("are named when they are missing, with the command that makes them in the stack's own cluster", async () => {
        assert.deepEqual(await reasons({ ...complete, [`${namespace}/secrets/telegram`]: undefined }), [
            "monitoring.alertmanager.receivers[4].secret.name is telegram, but Secret monitoring/telegram does not exist.\n" +
                "    Create it:     kubectl --context test --namespace monitoring create secret generic telegram " +
                "--from-file=token=<file>",
        ]);
    });

    it("are named when they lack a key, and no value of them is shown", async () => {
        const some = { ...complete, [`${namespace}/secrets/receivers`]: { data: { "slack-url": "aHR0cHM6" } } };
        const [only = "", ...others] = await reasons(some);
        assert.match(only, /lacks pagerduty-key and dead-man-url \(its keys: slack-url\)/);
        assert.doesNotMatch(only, /aHR0cHM6/);
        assert.deepEqual(others, []);
    });

    it("are only announced before the first update, which makes their namespace", async () => {
        assert.deepEqual(await reasons({}), []);
    });

    it("are not checked where they cannot be read, or the settings say so", async () => {
        const blind = (): Promise<ReadAnswer> => Promise.resolve({ seen: false });
        assert.deepEqual(await missingSecrets(blind, needed, "monitoring", "kubectl"), []);
        const alertmanager = { ...settings.alertmanager, checkSecrets: false };
        assert.deepEqual(monitoringSecrets({ ...monitoringSchema.parse({}), alertmanager }), []);
    });
});

describe("The chart's release, before an update", () => {
    const record = (status: string) => ({
        metadata: {
            name: "sh.helm.release.v1.prometheus.v7",
            creationTimestamp: "2026-11-24T20:00:00Z",
            labels: { status, version: "7" },
        },
    });

    it("is refused while an interrupted run holds it, with the command that frees it", async () => {
        const asked: string[] = [];
        const read = (path: string): Promise<ReadAnswer> => {
            asked.push(decodeURIComponent(path));
            return Promise.resolve({
                seen: true,
                object: { items: [record("pending-upgrade"), record("superseded")] },
            });
        };
        const [only = "", ...others] = await stuckRelease(read, "monitoring", "staging");
        assert.match(only, /Helm release monitoring\/prometheus is held by revision 7 \(pending-upgrade\)/);
        assert.match(only, /Repair it: +npx x0 recover --stack staging$/);
        assert.deepEqual(others, []);
        assert.match(asked.join(), /owner=helm,name=prometheus$/);
    });

    it("is accepted otherwise, also where it cannot be read", async () => {
        const none = (): Promise<ReadAnswer> => Promise.resolve({ seen: true, object: { items: [] } });
        const blind = (): Promise<ReadAnswer> => Promise.resolve({ seen: false });
        assert.deepEqual(await stuckRelease(none, "monitoring", "staging"), []);
        assert.deepEqual(await stuckRelease(blind, "monitoring", "staging"), []);
    });
});
