import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { repairState } from "../../engine/stateFile";
import { Kubectl } from "../../cli/kubectl";
import { holderOf, type Lock, readLocks } from "../../engine/lock";
import { choosePods, meshNamespace } from "../../cli/pods/mesh";
import { describeResource, parseState } from "../../engine/state";
import type { Target } from "../../engine/target";
import { ago, fit, paint, table, terminalOf } from "../../terminal/text";
import { CannotRun } from "../../errors";

const stops = (work: () => unknown, message: RegExp) => {
    assert.throws(work, (error) => error instanceof CannotRun && message.test(error.message));
};

describe("The terminal of the daily commands", () => {
    const tty = { stdin: { isTTY: true }, stdout: { isTTY: true, columns: 60 } };

    it("has colours on a terminal only, and not with NO_COLOR or a dumb one", () => {
        assert.equal(terminalOf(tty, {}).colour, true);
        assert.equal(terminalOf(tty, { NO_COLOR: "1" }).colour, false);
        assert.equal(terminalOf(tty, { NO_COLOR: "" }).colour, true);
        assert.equal(terminalOf(tty, { TERM: "dumb" }).colour, false);
        assert.equal(terminalOf({ stdin: {}, stdout: {} }, {}).colour, false);
        assert.equal(terminalOf({ stdin: {}, stdout: {} }, { FORCE_COLOR: "1" }).colour, true);
        assert.equal(terminalOf(tty, { FORCE_COLOR: "0" }).colour, false);
        assert.equal(paint("text", "bad", { colour: false }), "text");
    });

    it("does not prompt in CI, nor if input or output is not a terminal", () => {
        assert.equal(terminalOf(tty, {}).interactive, true);
        assert.equal(terminalOf(tty, { CI: "true" }).interactive, false);
        assert.equal(terminalOf({ ...tty, stdin: {} }, {}).interactive, false);
    });

    it("lays tables out within its width, cutting the widest column, colours not counted", () => {
        const rows = [
            ["Pod", ["a".repeat(60), "bad"] as const, "short"],
            ["Deployment", "b", "c"],
        ];
        for (const line of table(rows, { columns: 60, colour: false })) {
            assert.ok(line.length <= 60, line);
        }
        const [first = "", second] = table(rows, { columns: 60, colour: false });
        assert.match(first, /^ {2}Pod {9}a+…a+ {2}short$/);
        assert.match(second ?? "", /^ {2}Deployment {2}b +c$/);
        const coloured = table(rows, { columns: 60, colour: true })[0] ?? "";
        assert.equal(coloured.replace("\u001b[31m", "").replace("\u001b[0m", ""), first);
    });

    it("cuts names in their middle, so that two pods of one Deployment can be told apart", () => {
        const pods = ["bp66p", "s64dt"].map((end) => ["Pod", `staging-x0tta6bl4-8c5fc7dfd-${end}`, "Running", "3 min"]);
        const [first = "", second = ""] = table(pods, { columns: 44, colour: false });
        assert.match(first, /^ {2}Pod {2}staging…\w+-bp66p {2}Running {2}3 min$/);
        assert.equal(second, first.replace("bp66p", "s64dt"));
    });

    it("cuts texts with an ellipsis and says durations in one unit", () => {
        assert.equal(fit("abcdef", 4), "abc…");
        assert.equal(fit("abcd", 4), "abcd");
        assert.deepEqual([0, 119_000, 121_000, 3 * 3_600_000, 49 * 3_600_000].map(ago), [
            "0 s",
            "119 s",
            "2 min",
            "3 h",
            "2 d",
        ]);
    });
});

describe("The state of a stack", () => {
    const state = parseState(
        JSON.stringify({
            version: 3,
            deployment: {
                manifest: { time: "2026-11-24T19:00:00Z", magic: "m" },
                resources: [
                    {
                        urn: "urn:pulumi:staging::x0tta6bl4::pulumi:pulumi:Stack::x0tta6bl4-staging",
                        type: "pulumi:pulumi:Stack",
                        outputs: { namespace: "other" },
                    },
                    {
                        urn: "urn:pulumi:staging::x0tta6bl4::pulumi:providers:kubernetes::cluster",
                        type: "pulumi:providers:kubernetes",
                        custom: true,
                        inputs: { context: "was", kubeconfig: "/k" },
                    },
                    {
                        urn: "urn:pulumi:staging::x0tta6bl4::kubernetes:core/v1:Service::mesh",
                        type: "kubernetes:core/v1:Service",
                        custom: true,
                        inputs: { apiVersion: "v1", kind: "Service", metadata: { name: "n", namespace: "ns" } },
                    },
                ],
            },
        }),
    );

    it("is read from an export, an empty one too", () => {
        assert.equal(state.resources.length, 3);
        assert.deepEqual(state.pending, []);
        assert.equal(state.writtenAt?.toISOString(), "2026-11-24T19:00:00.000Z");
        const empty = parseState('{"version":3,"deployment":{"manifest":{"time":"0001-01-01T00:00:00Z"}}}');
        assert.deepEqual([empty.resources, empty.pending, empty.writtenAt], [[], [], undefined]);
    });

    it("names Kubernetes objects as people do, and others by their logical name", () => {
        assert.deepEqual(state.resources.map(describeResource), [
            "Stack x0tta6bl4-staging",
            "kubernetes cluster",
            "Service ns/n",
        ]);
    });

    it("tells the mesh's namespace, and the default before there are outputs", () => {
        assert.equal(meshNamespace({ stack: "staging", state }), "other");
        assert.equal(meshNamespace({ stack: "prod", state: { ...state, resources: [] } }), "x0tta6bl4-production");
    });
});

describe("A state whose writer was killed", () => {
    it("loses its half-written attributes, and nothing that is whole", async () => {
        const root = mkdtempSync(join(tmpdir(), "daily-"));
        const folder = join(root, ".pulumi", "stacks", "x0tta6bl4");
        mkdirSync(folder, { recursive: true });
        const attributes = join(folder, "staging.json.attrs");
        try {
            assert.equal(await repairState(root, "staging", 0), false);
            writeFileSync(attributes, '{"user.cache_control":""}');
            assert.equal(await repairState(root, "staging", 0), false);
            assert.ok(existsSync(attributes));
            writeFileSync(attributes, "");
            writeFileSync(join(folder, "staging.json"), "{}");
            assert.equal(await repairState(root, "staging", 0), true);
            assert.deepEqual(readdirSync(folder), ["staging.json"]);
        } finally {
            rmSync(root, { recursive: true });
        }
    });

    it("is not touched while its writer may still be running", async () => {
        const root = mkdtempSync(join(tmpdir(), "daily-"));
        const folder = join(root, ".pulumi", "stacks", "x0tta6bl4");
        mkdirSync(folder, { recursive: true });
        const attributes = join(folder, "staging.json.attrs");
        try {
            writeFileSync(attributes, "");
            setTimeout(() => {
                writeFileSync(attributes, "{}");
            }, 20);
            assert.equal(await repairState(root, "staging", 300), false);
            assert.ok(existsSync(attributes));
        } finally {
            rmSync(root, { recursive: true });
        }
    });
});

describe("Pods by name", () => {
    const pods = ["app-1-abcde", "app-1-fghij"];

    it("are all, or the one whose name or end is given", () => {
        assert.deepEqual(choosePods(pods, undefined, "ns"), pods);
        assert.deepEqual(choosePods(pods, "fghij", "ns"), ["app-1-fghij"]);
        assert.deepEqual(choosePods(pods, "app-1-abcde", "ns"), ["app-1-abcde"]);
    });

    it("that are not there stop the command, which lists those that are", () => {
        assert.throws(
            () => choosePods(pods, "ghij", "ns"),
            (error) => error instanceof CannotRun && error.fix.includes("app-1-abcde, app-1-fghij"),
        );
        stops(() => choosePods([], undefined, "ns"), /ns has no mesh pods/);
    });
});

describe("kubectl of a stack", () => {
    it("receives its cluster and namespace with every call, with the home folder expanded", async () => {
        const folder = mkdtempSync(join(tmpdir(), "daily-"));
        try {
            writeFileSync(join(folder, "kubectl"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
            const said = async (target: Target) => {
                const kubectl = await Kubectl.find(target, "n", { paths: localPaths(folder), env: { PATH: folder } });
                return (await kubectl.call(["get", "pods"])).trim();
            };
            assert.equal(await said({ context: "c" }), "--context c --namespace n get pods");
            assert.equal(
                await said({ context: "c", kubeconfig: "~/k" }),
                `--kubeconfig ${homedir()}/k --context c --namespace n get pods`,
            );
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});

describe("The lock of a stack", () => {
    const since = new Date("2026-11-24T19:00:00Z");
    const lock: Lock = { pid: 7, username: "ann", hostname: "here", since };
    const holder = (process: { startedAt: Date; zombie: boolean } | undefined, host = "here") =>
        holderOf(lock, () => Promise.resolve(process), host);

    it("is stale when its process is gone, a zombie, or one that began later", async () => {
        const before = new Date("2026-11-24T18:59:59Z");
        assert.equal(await holder(undefined), "gone");
        assert.equal(await holder({ startedAt: before, zombie: true }), "gone");
        assert.equal(await holder({ startedAt: new Date("2026-11-24T19:00:02Z"), zombie: false }), "gone");
        assert.equal(await holder({ startedAt: before, zombie: false }), "alive");
    });

    it("of another machine is never proven stale", async () => {
        assert.equal(await holder(undefined, "there"), "elsewhere");
    });

    it("of a running process is live, as the system reports it", async () => {
        const { hostname } = await import("node:os");
        assert.equal(await holderOf({ ...lock, pid: process.pid, hostname: hostname(), since: new Date() }), "alive");
    });

    it("is read from a file backend, and not guessed for others", () => {
        const root = mkdtempSync(join(tmpdir(), "daily-"));
        const folder = join(root, ".pulumi", "locks", "organization", "x0tta6bl4", "staging");
        mkdirSync(folder, { recursive: true });
        writeFileSync(
            join(folder, "a.json"),
            '{"pid":7,"username":"ann","hostname":"here","timestamp":"2026-11-24T20:00:00.123456789+01:00"}',
        );
        try {
            const found = readLocks(`file://${root}`, "staging");
            assert.ok(found.shown);
            assert.deepEqual(
                found.locks.map(({ pid, since: at }) => [pid, at.toISOString()]),
                [[7, "2026-11-24T19:00:00.123Z"]],
            );
            assert.deepEqual(readLocks(`file://${root}`, "prod"), { shown: true, locks: [] });
            assert.deepEqual(readLocks("s3://bucket", "staging"), { shown: false });
        } finally {
            rmSync(root, { recursive: true });
        }
    });
});
