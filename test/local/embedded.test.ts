import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { localCommand } from "../../local/command";
import type { Cluster } from "../../local/controlPlane";
import { pulumiEnvironment } from "../../engine/environment";
import { localPaths } from "../../process/paths";
import { copyStackFile } from "../../local/stackCopy";
import { killStrays } from "../../engine/strays";
import { CannotRun } from "../../errors";
import { parsedScript } from "../support/parsed";
import { lastingFolder, writeScript } from "../support/temporary";

const cluster: Cluster = {
    name: "c",
    context: "kwok-c",
    kubeconfig: "/somewhere/kubeconfig",
    server: "https://127.0.0.1:1",
};

/** A stack file without settings that require a real cluster. */
const CONFIG = "config:\n  x0tta6bl4:mesh:\n    logLevel: DEBUG\n  x0tta6bl4:monitoring:\n    enabled: false\n";

/** Paths of an empty checkout with a stack file. */
function checkout() {
    const folder = lastingFolder("checkout-");
    writeFileSync(join(folder, "Pulumi.yaml"), "name: x0tta6bl4\n");
    writeFileSync(join(folder, "Pulumi.staging.yaml"), CONFIG);
    const paths = localPaths(folder);
    mkdirSync(paths.root);
    return paths;
}

describe("npm run local: the command line", () => {
    const parsed = (argv: readonly string[]) => parsedScript(localCommand({ exitCode: 0 }), argv);

    it("brings staging up by default", async () => {
        assert.deepEqual(await parsed([]), { command: "up", args: [], options: { stack: "staging" } });
    });

    it("chooses subcommand and stack", async () => {
        const { command, options } = await parsed(["--stack", "prod", "--chart", "x.tgz"]);
        assert.deepEqual([command, options], ["up", { stack: "prod", chart: "x.tgz" }]);
        assert.equal((await parsed(["down"])).command, "down");
        assert.equal((await parsed(["status", "--help"])).command, "");
    });

    for (const [argv, problem] of [
        [["destroy"], /too many arguments/],
        [["up", "prod"], /too many arguments/],
        [["--stack", "dev"], /'dev' is invalid. Allowed choices are staging, prod/],
        [["--stck", "prod"], /unknown option '--stck'/],
        [["--stack"], /--stack <name>' argument missing/],
        [["down", "--stack", "prod"], /unknown option '--stack'/],
        [["status", "--chart", "x.tgz"], /unknown option '--chart'/],
    ] as const) {
        it(`refuses ${argv.join(" ")} and says where the help is`, async () => {
            await assert.rejects(parsed(argv), (error) => {
                assert.ok(error instanceof CannotRun);
                assert.match(error.message, problem);
                assert.match(error.fix, /^npm run local -- (\w+ )?--help$/);
                return true;
            });
        });
    }
});

describe("npm run local: stack file", () => {
    it("is a copy that points at the embedded cluster; the checkout's own stays as it is", async () => {
        const paths = checkout();
        const original = readFileSync(join(paths.checkout, "Pulumi.staging.yaml"), "utf8");
        const { path: copy } = await copyStackFile(paths, "staging", cluster);
        assert.deepEqual(parseDocument(readFileSync(copy, "utf8")).toJS(), {
            config: {
                "x0tta6bl4:cluster": { context: "kwok-c", kubeconfig: "/somewhere/kubeconfig" },
                "x0tta6bl4:mesh": { logLevel: "DEBUG" },
                "x0tta6bl4:monitoring": { enabled: false },
            },
        });
        assert.equal(readFileSync(join(paths.checkout, "Pulumi.staging.yaml"), "utf8"), original);
    });

    it("keeps the encryption salt that the CLI wrote, and takes the checkout's new settings", async () => {
        const paths = checkout();
        const { path: copy } = await copyStackFile(paths, "staging", cluster);
        writeFileSync(copy, `encryptionsalt: v1:abc\n${readFileSync(copy, "utf8")}`);
        writeFileSync(join(paths.checkout, "Pulumi.staging.yaml"), CONFIG.replace("logLevel: DEBUG", "replicas: 3"));
        await copyStackFile(paths, "staging", cluster);
        const file = parseDocument(readFileSync(copy, "utf8"));
        assert.equal(file.get("encryptionsalt"), "v1:abc");
        assert.equal(file.getIn(["config", "x0tta6bl4:mesh", "replicas"]), 3);
    });

    it("leaves the salt of the checkout's own file behind, also in a copy that an earlier version made", async () => {
        const paths = checkout();
        const original = join(paths.checkout, "Pulumi.staging.yaml");
        const { path: copy } = await copyStackFile(paths, "staging", cluster);
        for (const file of [original, copy]) {
            writeFileSync(file, `encryptionsalt: v1:stack\n${CONFIG}`);
        }
        await copyStackFile(paths, "staging", cluster);
        assert.equal(parseDocument(readFileSync(copy, "utf8")).has("encryptionsalt"), false);
    });

    it("that is not a stack file is named", async () => {
        const paths = checkout();
        writeFileSync(join(paths.checkout, "Pulumi.staging.yaml"), "config: 3\n");
        await assert.rejects(
            copyStackFile(paths, "staging", cluster),
            /Pulumi\.staging\.yaml is not a Pulumi stack file/,
        );
    });
});

describe("npm run local: environment of the CLI", () => {
    const pulumi = { name: "pulumi", path: "/tools/pulumi", version: "v3", source: "cache" } as const;

    it("has its own home, backend, passphrase and kubeconfig, and nothing of the user's Pulumi settings", async () => {
        const paths = checkout();
        process.env.PULUMI_ACCESS_TOKEN = "pul-user";
        try {
            const env = await pulumiEnvironment(paths, pulumi, { official: true, standIns: [], reason: "" });
            assert.equal(env.PULUMI_ACCESS_TOKEN, undefined);
            assert.equal(env.PULUMI_HOME, paths.pulumiHome);
            assert.equal(env.PULUMI_BACKEND_URL, `file://${paths.state}`);
            assert.equal(env.KUBECONFIG, paths.kubeconfig);
            const passphrase = env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
            assert.equal(statSync(passphrase).mode & 0o777, 0o600);
            assert.match(readFileSync(passphrase, "utf8"), /^[0-9a-f]{64}$/);
        } finally {
            delete process.env.PULUMI_ACCESS_TOKEN;
        }
    });

    it("leads to a helm: the user's choice, else the caller's, else one on PATH or of an earlier run", async () => {
        const paths = checkout();
        const chosen = process.env.X0TTA6BL4_HELM;
        const route = { official: true, standIns: [], reason: "" };
        const path = process.env.PATH;
        try {
            await writeScript(join(paths.root, "bin", "helm"), "echo v3.22.0");
            process.env.PATH = `${join(paths.root, "bin")}:${path ?? ""}`;
            delete process.env.X0TTA6BL4_HELM;
            assert.equal(
                (await pulumiEnvironment(paths, pulumi, route)).X0TTA6BL4_HELM,
                join(paths.root, "bin", "helm"),
            );
            const found = { name: "helm", path: "/tools/helm", version: "v3", source: "cache" } as const;
            assert.equal((await pulumiEnvironment(paths, pulumi, route, found)).X0TTA6BL4_HELM, "/tools/helm");
            process.env.X0TTA6BL4_HELM = "/mine/helm";
            assert.equal((await pulumiEnvironment(paths, pulumi, route)).X0TTA6BL4_HELM, "/mine/helm");
        } finally {
            process.env.PATH = path;
            delete process.env.X0TTA6BL4_HELM;
            Object.assign(process.env, chosen === undefined ? {} : { X0TTA6BL4_HELM: chosen });
        }
    });

    it("finds the stand-ins only where the official plugins do not serve", async () => {
        const paths = checkout();
        const official = await pulumiEnvironment(paths, pulumi, { official: true, standIns: [], reason: "" });
        const standIns = await pulumiEnvironment(paths, pulumi, {
            official: false,
            standIns: ["language"],
            reason: "",
        });
        assert.ok(!official.PATH?.split(":").includes(paths.bin));
        assert.equal(standIns.PATH?.split(":")[0], paths.bin);
    });
});

describe("npm run local: left-over processes", () => {
    it("of this run are killed, others stay", async () => {
        const paths = checkout();
        const idle = (home: string) =>
            spawn(process.execPath, ["--eval", "setInterval(() => {}, 1000)"], { env: { PULUMI_HOME: home } });
        const ours = idle(paths.pulumiHome);
        const others = idle("/another/home");
        const ended = once(ours, "exit");
        await Promise.all([once(ours, "spawn"), once(others, "spawn")]);
        await killStrays(paths);
        await ended;
        assert.equal(ours.signalCode, "SIGKILL");
        assert.equal(others.exitCode ?? others.signalCode, null);
        others.kill("SIGKILL");
    });
});
