import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFree, portOf } from "../../cli/ports/forward";
import { assertReady, forwardMonitoring, login, monitoringOf } from "../../cli/ports/monitoring";
import { localPaths } from "../../process/paths";
import { CannotRun } from "../../errors";
import { PROJECT_ROOT } from "../../project";

const prod = { stack: "prod", embedded: false };

const outputs = (monitoring: unknown) => ({ expected: { monitoring } });

describe("npx x0 monitoring", () => {
    it("takes a port number, and a password for Grafana only", async () => {
        assert.equal(portOf("8080"), 8080);
        assert.throws(() => portOf("0"), /--port 0: must be a number/);
        const context = { paths: localPaths(), terminal: { columns: 60, colour: false, interactive: false }, env: {} };
        await assert.rejects(
            forwardMonitoring("prometheus", { showPassword: true }, context),
            /--show-password: prometheus has no login/,
        );
    });

    it("suggests a fix if monitoring is disabled, managed elsewhere, or not deployed yet", () => {
        const fails = (monitoring: unknown, reason: RegExp, fix: RegExp, place = prod) => {
            assert.throws(
                () => monitoringOf(place, outputs(monitoring)),
                (error: unknown) => error instanceof CannotRun && reason.test(error.message) && fix.test(error.fix),
            );
        };
        fails({ enabled: false }, /monitoring is off in stack prod/, /config set .* monitoring\.enabled true/);
        fails({ chart: { type: "existing" } }, /managed outside stack prod/, /contact the owner of/);
        const embedded = { ...prod, embedded: true };
        fails({ chart: { type: "existing" } }, /managed outside stack prod/, /npm run local -- --chart/, embedded);
        fails(undefined, /no monitoring yet/, /pulumi up --stack prod/);
        assert.equal(monitoringOf(prod, outputs({ namespace: "watch" })).namespace, "watch");
    });

    describe("login", () => {
        const kubectl = (asked: string[] = []) => ({
            call: (args: readonly string[]) => {
                asked.push(args.join(" "));
                return Promise.resolve(Buffer.from("pass word").toString("base64"));
            },
        });

        it("never prints or reads the password unless requested", async () => {
            const asked: string[] = [];
            const text = await login("grafana", false, "prod", monitoringOf(prod, outputs({})), kubectl(asked));
            assert.match(text, /user admin, password: pulumi stack output grafanaPassword --show-secrets --stack prod/);
            assert.deepEqual(asked, []);
        });

        it("prints the password from its Secret if requested", async () => {
            const asked: string[] = [];
            const text = await login("grafana", true, "prod", monitoringOf(prod, outputs({})), kubectl(asked));
            assert.equal(text, "user admin, password pass word");
            assert.deepEqual(asked, ["get secret grafana-admin --output jsonpath={.data.admin-password}"]);
        });

        it("names the Secret of the user's where the password is only there", async () => {
            const own = { grafana: { password: { type: "existing", secretName: "mine" } } };
            const text = await login("grafana", false, "prod", monitoringOf(prod, outputs(own)), kubectl());
            assert.match(text, /key admin-password of Secret monitoring\/mine/);
        });

        it("warns that the others have none", async () => {
            assert.match(
                await login("prometheus", false, "prod", monitoringOf(prod, outputs({})), kubectl()),
                /no login/,
            );
        });
    });

    it("stops where no pod is ready, and shows kubectl's own error where it lacks the permission", async () => {
        const answers = (code: number, items: unknown) => ({
            try: () => Promise.resolve({ code, stdout: JSON.stringify({ items }), stderr: "" }),
        });
        const fails = (name: "grafana" | "prometheus", items: unknown, reason: RegExp) =>
            assert.rejects(
                assertReady(name, "prod", "s", answers(0, items)),
                (error: unknown) =>
                    error instanceof CannotRun &&
                    reason.test(error.message) &&
                    error.fix === "npx x0 smoke --stack prod --filter monitoring",
            );
        await fails("grafana", [], /^grafana cannot be opened: no pod behind Service s is ready$/);
        await fails("prometheus", [{ endpoints: null }], /ready \(the operator creates them/);
        await fails("grafana", [{ endpoints: [{ conditions: { ready: false } }] }], /no pod/);
        await assertReady("grafana", "prod", "s", answers(0, [{ endpoints: [{ conditions: { ready: true } }] }]));
        await assertReady("grafana", "prod", "s", answers(1, []));
    });
});

describe("A forwarded port", () => {
    it("is known to be in use", async () => {
        const server = createServer().listen(0, "127.0.0.1");
        await once(server, "listening");
        const address = server.address();
        const port = typeof address === "object" && address !== null ? address.port : 0;
        assert.equal(await isFree(port), false);
        server.close();
        await once(server, "close");
        assert.equal(await isFree(port), true);
    });

    describe("with a kubectl that forwards", () => {
        let folder: string;

        before(() => {
            folder = mkdtempSync(join(tmpdir(), "forward-test-"));
        });
        after(() => {
            rmSync(folder, { recursive: true });
        });

        /** Runs keepOpen in a separate process, with a kubectl that runs the script. */
        function start(script: string) {
            writeFileSync(join(folder, "kubectl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
            const stack = join(PROJECT_ROOT, "cli");
            const program = `
                const { keepOpen } = require(${JSON.stringify(join(stack, "ports", "forward"))});
                const { Kubectl } = require(${JSON.stringify(join(stack, "kubectl"))});
                const door = { name: "grafana", service: "s", port: 80, path: "", local: 3000 };
                Kubectl.find({ context: "c" }, "n", { env: process.env })
                    .then((kubectl) => keepOpen(kubectl, [door]))
                    .then((code) => process.exit(code), (error) => { console.error(error.message); process.exit(2); });`;
            return spawn(process.execPath, ["--require", "tsx/cjs", "--eval", program], {
                env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ""}` },
                stdio: ["ignore", "pipe", "pipe"],
            });
        }

        it("prints the address, and ends cleanly on Ctrl-C with its kubectl", async () => {
            const child = start('echo "Forwarding from 127.0.0.1:3000 -> 3000"; exec sleep 30');
            const [first] = (await once(child.stdout, "data")) as [Buffer];
            assert.equal(first.toString(), "grafana  http://127.0.0.1:3000\n");
            child.kill("SIGINT");
            assert.deepEqual(await once(child, "exit"), [0, null]);
        }).timeout(30_000);

        it("reports kubectl's error if the port does not open", async () => {
            const child = start('echo "error: no port forward found" >&2; exit 1');
            const [text] = (await once(child.stderr, "data")) as [Buffer];
            assert.match(text.toString(), /grafana: error: no port forward found/);
            assert.deepEqual(await once(child, "exit"), [2, null]);
        }).timeout(30_000);
    });
});
