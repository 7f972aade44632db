import { rememberingReader } from "../../../kube/read";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkMonitoring } from "../../../preflight/monitoring";
import { parseSettings } from "../../../settings";
import { http, type LocalServer } from "../../support/localServer";
import { SPIRE_CHOICES } from "../../support/spireChoices";

const RECEIVERS = [{ name: "chat", type: "slack", channel: "#x", secret: { name: "receivers", key: "slack-url" } }];

/** A cluster in which staging's monitoring is locked by an interrupted run, and a receiver's Secret is missing. */
const HELD = {
    "/api/v1/namespaces/monitoring": { metadata: { labels: { environment: "staging" } } },
    "/api/v1/namespaces/monitoring/secrets": {
        items: [
            {
                metadata: {
                    name: "sh.helm.release.v1.prometheus.v1",
                    creationTimestamp: "2026-11-24T20:00:00Z",
                    labels: { status: "pending-install", version: "1" },
                },
            },
        ],
    },
};

describe("What keeps monitoring from an update", () => {
    let folder: string;
    let server: LocalServer | undefined;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "monitoring-check-"));
    });

    afterEach(() => server?.close());

    after(() => {
        rmSync(folder, { recursive: true });
    });

    /** The message for staging on a cluster that has these objects by path. */
    async function refusalOn(objects: Readonly<Record<string, object>>): Promise<string> {
        server = await http(({ url = "" }, response) => {
            const found = objects[new URL(url, "http://x").pathname];
            response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" });
            response.end(JSON.stringify(found ?? {}));
        });
        const kubeconfig = join(folder, "config");
        writeFileSync(
            kubeconfig,
            JSON.stringify({
                clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${server.port}` } }],
                contexts: [{ name: "here", context: { cluster: "c", user: "u" } }],
                users: [{ name: "u", user: { token: "hunter2" } }],
            }),
        );
        const sections = {
            cluster: { context: "here", kubeconfig },
            monitoring: {
                chart: { type: "file", path: join(folder, "none.tgz"), sha256: "0".repeat(64) },
                alertmanager: { receivers: RECEIVERS, routing: { critical: "chat" } },
            },
            spire: SPIRE_CHOICES,
        };
        const values = Object.fromEntries(
            Object.entries(sections).map(([section, value]) => [section, JSON.stringify(value)]),
        );
        const settings = parseSettings({ stack: "staging", values, secretKeys: new Set() });
        const error: unknown = await checkMonitoring(settings, rememberingReader(settings.cluster)).then(
            () => assert.fail("nothing is refused"),
            (reason: unknown) => reason,
        );
        assert.ok(error instanceof Error);
        return error.message;
    }

    it("is reported together: the chart, the release and the Secrets", async () => {
        const message = await refusalOn(HELD);
        assert.match(message, /none\.tgz cannot be read \(ENOENT\)/);
        assert.match(message, /held by revision 1 \(pending-install\)/);
        assert.match(message, /Secret monitoring\/receivers does not exist/);
    });

    it("is only that monitoring is another stack's, where it is: all else is that stack's own", async () => {
        const message = await refusalOn({
            ...HELD,
            "/api/v1/namespaces/monitoring": { metadata: { labels: { environment: "production" } } },
        });
        assert.match(message, /belongs to the stack of production/);
        assert.doesNotMatch(message, /none\.tgz|pending-install|receivers/);
    });
});
