import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import {
    PAGER_SEVERITY,
    RUNBOOK,
    SLACK_TEXT,
    SUMMARY,
    TELEGRAM_TEXT,
    TITLE,
} from "../../../components/monitoring/alertmanager/messages";
import { alertmanagerConfig } from "../../../components/monitoring/alertmanager/values";
import { localPaths } from "../../../process/paths";
import { findInCache } from "../../../tools/find";
import { parseDuration } from "../../../settings/shared/duration";
import { alertmanagerSettings, RECEIVERS, ROUTING } from "../../support/alertmanager";
import { type AlertLabels, routeOf } from "../../support/routing";

const all = alertmanagerConfig(alertmanagerSettings({ receivers: RECEIVERS, routing: ROUTING }));
const CHAT = RECEIVERS.filter(({ name }) => name === "chat");
const chatOnly = alertmanagerConfig(alertmanagerSettings({ receivers: CHAT, routing: { warning: "chat" } }));
const none = alertmanagerConfig(alertmanagerSettings());

/** A routing case: title, configuration, alert, expected receiver. */
const CASES: [string, typeof all, AlertLabels, string][] = [
    ["a critical alert wakes the pager", all, { alertname: "X", severity: "critical" }, "pager"],
    ["a warning goes to the chat", all, { alertname: "X", severity: "warning" }, "chat"],
    ["an informational alert goes where the settings say", all, { alertname: "X", severity: "info" }, "mail"],
    ["an alert without a severity goes where warnings go", all, { alertname: "X" }, "chat"],
    ["an alert of an unknown severity goes where warnings go", all, { alertname: "X", severity: "page" }, "chat"],
    ["the Watchdog calls the dead man's webhook", all, { alertname: "Watchdog", severity: "none" }, "dead-man"],
    ["InfoInhibitor only mutes", all, { alertname: "InfoInhibitor", severity: "none" }, "null"],
    [
        "a team's warning goes to the team",
        all,
        { alertname: "X", severity: "warning", team: "security" },
        "security-chat",
    ],
    [
        "a team's critical alert goes to it, too",
        all,
        { alertname: "X", severity: "critical", team: "security" },
        "security-chat",
    ],
    [
        "what a team has no receiver for goes to everybody's",
        all,
        { alertname: "X", severity: "info", team: "security" },
        "mail",
    ],
    ["a team without routes is like everybody", all, { alertname: "X", severity: "critical", team: "mesh" }, "pager"],
    ["without a pager a critical alert goes to the chat", chatOnly, { alertname: "X", severity: "critical" }, "chat"],
    [
        "without a receiver for them informational alerts go nowhere",
        chatOnly,
        { alertname: "X", severity: "info" },
        "null",
    ],
    ["without a dead man's webhook the Watchdog goes nowhere", chatOnly, { alertname: "Watchdog" }, "null"],
    ["without any receiver nobody hears of a critical alert", none, { alertname: "X", severity: "critical" }, "null"],
];

describe("Alert routing", () => {
    for (const [title, config, labels, receiver] of CASES) {
        it(title, () => {
            assert.equal(routeOf(config.route, labels).receiver, receiver);
        });
    }

    it("groups by namespace and alert name", () => {
        assert.deepEqual(all.route.group_by, ["namespace", "alertname"]);
    });

    it("calls the dead man at each flush: what is due again only then would wait for the next one", () => {
        const { group_interval, repeat_interval } = routeOf(all.route, { alertname: "Watchdog" });
        assert.equal(group_interval, "5m");
        assert.ok((parseDuration(repeat_interval ?? "") ?? Infinity) < 300, repeat_interval);
    });

    it("repeats critical alerts sooner than others", () => {
        const repeat = (labels: AlertLabels) => routeOf(all.route, labels).repeat_interval;
        assert.equal(repeat({ severity: "critical" }), "4h");
        assert.equal(repeat({ severity: "critical", team: "security" }), "4h");
        assert.equal(repeat({ severity: "warning" }), "12h");
    });

    it("mutes an alert while a more severe one with the same name and namespace fires", () => {
        const rules = all.inhibit_rules.map((rule) => [
            ...rule.source_matchers,
            ...rule.target_matchers,
            ...rule.equal,
        ]);
        assert.deepEqual(rules, [
            ['severity = "critical"', 'severity =~ "warning|info"', "namespace", "alertname"],
            ['severity = "warning"', 'severity = "info"', "namespace", "alertname"],
            ['alertname = "InfoInhibitor"', 'severity = "info"', "namespace"],
        ]);
    });

    it("holds credentials as files of the named Secrets only", () => {
        const text = JSON.stringify(all.receivers);
        const files = [...text.matchAll(/"(\w+_file)":"([^"]+)"/g)].map(
            ([, key, file]) => `${key ?? ""} ${file ?? ""}`,
        );
        assert.deepEqual(files, [
            "api_url_file /etc/alertmanager/secrets/receivers/slack-url",
            "routing_key_file /etc/alertmanager/secrets/receivers/pagerduty-key",
            "auth_password_file /etc/alertmanager/secrets/mail-server/password",
            "url_file /etc/alertmanager/secrets/receivers/dead-man-url",
            "bot_token_file /etc/alertmanager/secrets/telegram/token",
        ]);
        assert.doesNotMatch(text, /"(api_url|routing_key|service_key|auth_password|url|bot_token)":/);
    });

    it("contains the problem and the runbook", () => {
        for (const { name, ...kinds } of all.receivers.filter(({ name }) =>
            ["chat", "pager", "security-chat"].includes(name),
        )) {
            const text = JSON.stringify(kinds);
            assert.match(text, /nnotations\.summary/, name);
            assert.match(text, /nnotations\.runbook_url/, name);
        }
    });
});

describe("Alert routing, as Alertmanager's own tool sees it (skipped without amtool)", () => {
    let amtool = "";
    let folder = "";

    before(async function () {
        amtool = process.env.X0TTA6BL4_AMTOOL ?? (await findInCache("amtool", localPaths()))?.path ?? "";
        if (amtool === "") {
            this.skip();
        }
        folder = mkdtempSync(join(tmpdir(), "routing-test-"));
    });

    after(() => {
        if (folder !== "") {
            rmSync(folder, { recursive: true });
        }
    });

    /** Writes the configuration as the chart does. */
    function file(config: typeof all): string {
        const path = join(folder, "alertmanager.yaml");
        writeFileSync(path, stringify(config));
        return path;
    }

    for (const [title, config] of Object.entries({ all, chatOnly, none })) {
        it(`the configuration is valid: ${title}`, () => {
            assert.match(execFileSync(amtool, ["check-config", file(config)], { encoding: "utf8" }), /SUCCESS/);
        });
    }

    it("messages are templates that Alertmanager can render", () => {
        const data = join(folder, "data.json");
        const labels = { alertname: "MeshDown", namespace: "mesh", cluster: "production", severity: "critical" };
        writeFileSync(join(folder, "none.tmpl"), "");
        const files = [`--template.glob=${join(folder, "none.tmpl")}`, `--template.data=${data}`];
        const rendered = (runbook_url: string, ...texts: string[]) => {
            const annotations = { summary: "No pod answers", runbook_url };
            const alerts = [{ status: "firing", labels, annotations }];
            const group = { status: "firing", alerts, commonLabels: labels, commonAnnotations: annotations };
            writeFileSync(data, JSON.stringify(group));
            return texts.map((text) =>
                execFileSync(amtool, ["template", "render", ...files, `--template.text=${text}`], {
                    encoding: "utf8",
                }).trim(),
            );
        };
        const all = [TITLE, SUMMARY, PAGER_SEVERITY, RUNBOOK, SLACK_TEXT, TELEGRAM_TEXT];
        assert.deepEqual(rendered("https://runbooks.example/MeshDown", ...all), [
            "FIRING MeshDown in mesh (production)",
            "No pod answers",
            "critical",
            "https://runbooks.example/MeshDown",
            "• No pod answers <https://runbooks.example/MeshDown|runbook>",
            "<b>FIRING MeshDown in mesh (production)</b>\n" +
                'No pod answers <a href="https://runbooks.example/MeshDown">runbook</a>',
        ]);
        assert.deepEqual(rendered("docs/runbooks/MeshDown.md", SLACK_TEXT, TELEGRAM_TEXT), [
            "• No pod answers docs/runbooks/MeshDown.md",
            "<b>FIRING MeshDown in mesh (production)</b>\nNo pod answers docs/runbooks/MeshDown.md",
        ]);
    });

    for (const [title, config, labels, receiver] of CASES) {
        it(title, () => {
            const alert = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
            const args = ["config", "routes", "test", `--config.file=${file(config)}`, ...alert];
            assert.equal(execFileSync(amtool, args, { encoding: "utf8" }).trim(), receiver);
        });
    }
});
