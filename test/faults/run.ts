import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Bed, STACK } from "./bed";
import type { FaultCase } from "./cases";
import { withoutPulumi } from "../support/daily";
import { type Ended, runUnder } from "./inject";
import { assertEmpty, assertWhole, treasures } from "./whole";

const CONFIGMAPS = "/api/v1/namespaces/faults/configmaps";

const UP = ["up", "--yes", "--skip-preview"];
const NO_TERMINAL = ["--non-interactive", "--color", "never"];

/** Path of a file of the tests, for a process of its own. */
const X0_PROCESS = join(__dirname, "x0Process.ts");

/** Result of a case that passed. */
export interface Passed {
    /** Whether the fault came before the operation's end. */
    readonly hit: boolean;
    /** What the recovery decided, e.g. `adopt unrecorded`, each once. */
    readonly decisions: readonly string[];
}

/** Runs one case. @throws AssertionError when the stack does not converge by the documented commands, or loses something. */
export async function runCase(bed: Bed, item: FaultCase): Promise<Passed> {
    const { operation } = item;
    await prepare(bed, item);
    const before = await treasures(bed);
    const ended = await operate(bed, item);
    assert.ok(ended.hit || ended.code === 0, `it failed before the fault\n${ended.text}`);
    assertMeanwhile(item, ended);
    const removed = operation === "destroy";
    let text = `${ended.text}\nexit ${ended.code ?? "by a signal"}`;
    if (item.fault.kind === "clock") {
        setClock(bed, item.fault.trouble === "ahead" ? 15 * 60 : -15 * 60);
    }
    if (operation === "import" && !bed.state().resources.some(({ urn }) => urn.endsWith(`::${bed.levelName}`))) {
        // An import changes nothing, and is repeated: the lock of the killed one is released first.
        await bed.space.cli.call(["cancel", "--yes", "--stack", STACK]);
        const again = await bed.pulumi(importArguments(bed));
        assert.equal(again.code, 0, `${text}\n${again.stdout}\n${again.stderr}`);
    }
    const recovery = await recover(bed, removed);
    text += `\n${recovery.text}`;
    assert.equal(recovery.code, 0, text);
    if (removed) {
        // What a destroy that ended by itself, or a recovery with nothing to do, did not remove.
        const destroyed = await bed.pulumi(["destroy", "--yes", "--skip-preview"]);
        assert.equal(destroyed.code, 0, `${text}\n${destroyed.stdout}\n${destroyed.stderr}`);
        await assertEmpty(bed, text);
    } else {
        await updateIfIdle(bed, recovery.text, text);
        await assertWhole(bed, text);
        const after = await treasures(bed);
        for (const name of ["namespace", "claim", "key"] as const) {
            assert.ok(
                before[name] === undefined || before[name] === after[name],
                `the ${name} is not the one from before\n${text}`,
            );
        }
    }
    const decisions = recovery.text.matchAll(/^ {2}(adopt|clear|wait|forget|rollback|uninstall) +(\w+)/gm);
    return {
        hit: ended.hit,
        decisions: [...new Set(Array.from(decisions, ([, what = "", of = ""]) => `${what} ${of}`))],
    };
}

/** A recovery with nothing to do runs no update. */
async function updateIfIdle(bed: Bed, recovery: string, text: string): Promise<void> {
    if (recovery.includes("nothing to recover")) {
        const next = await bed.pulumi(UP);
        assert.equal(next.code, 0, `nothing to recover, and the update fails\n${text}\n${next.stdout}\n${next.stderr}`);
    }
}

async function prepare(bed: Bed, { operation }: FaultCase): Promise<void> {
    const running = bed.state().resources.some(({ custom }) => custom);
    if (operation === "up" && running) {
        await done(bed, ["destroy", "--yes", "--skip-preview"]);
    }
    if (operation !== "up" && !running) {
        await done(bed, UP);
    }
    if (operation === "update" || operation === "recover") {
        bed.nextLevel();
    }
    if (operation === "import") {
        await bed.space.cli.call([
            ...["state", "delete", "--yes", "--stack", STACK],
            bed.urn("kubernetes:core/v1:ConfigMap", bed.levelName),
        ]);
    }
}

async function done(bed: Bed, args: readonly string[]): Promise<void> {
    const { code, stdout, stderr } = await bed.pulumi(args);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
}

function importArguments(bed: Bed): string[] {
    return [
        ...["import", "kubernetes:core/v1:ConfigMap", bed.levelName, `faults/${bed.levelName}`, "--yes"],
        ...["--provider", `provider=${bed.urn("pulumi:providers:kubernetes", "cluster")}`],
        ...["--protect=false", "--generate-code=false"],
    ];
}

/** Runs the operation of a case under its fault. */
async function operate(bed: Bed, item: FaultCase): Promise<Ended> {
    const { operation, fault } = item;
    const { executable } = bed.space.cli;
    const cli = (args: readonly string[]) => ({ executable, args: [...bed.arguments(args), ...NO_TERMINAL] });
    if (fault.kind === "object") {
        return meddle(bed, item, cli);
    }
    switch (operation) {
        case "up":
        case "update": {
            const pack = fault.kind === "kill" && fault.victim === "pack";
            return runUnder(
                bed,
                cli([...UP, ...(pack ? ["--policy-pack", join(bed.small.checkout, "policy")] : [])]),
                item,
            );
        }
        case "refresh":
            return runUnder(bed, cli(["refresh", "--yes", "--skip-preview"]), item);
        case "destroy":
            return runUnder(bed, cli(["destroy", "--yes", "--skip-preview"]), item);
        case "import":
            return runUnder(bed, cli(importArguments(bed)), item);
        case "recover": {
            await runUnder(bed, cli(UP), { ...item, fault: { kind: "kill", victim: "group" } });
            const recovery = ["--import", "tsx", X0_PROCESS, "recover", "--stack", STACK, "--confirm", STACK];
            // The steps of the command and the update that follows.
            const begins = /^(ok|\.\.\.) |\b(creating|updating|refreshing)\b/;
            return runUnder(bed, { executable: process.execPath, args: recovery, env: withoutPulumi(), begins }, item);
        }
    }
}

/** Another user changes an object between the preview and the update. */
async function meddle(
    bed: Bed,
    item: FaultCase,
    cli: (args: readonly string[]) => { readonly executable: string; readonly args: readonly string[] },
): Promise<Ended> {
    const trouble = item.fault.kind === "object" ? item.fault.trouble : "changed";
    const app = `${CONFIGMAPS}/app`;
    const preview = await bed.pulumi(["preview"]);
    assert.equal(preview.code, 0, preview.stderr);
    if (trouble === "changed") {
        await bed.patch(app, { metadata: { labels: { somebody: "else" } } });
    } else if (trouble === "deleted") {
        await bed.delete(app);
    } else {
        const held = bed
            .state()
            .resources.find(({ type, id }) => type.endsWith(":ConfigMap") && id?.includes("level-"));
        const path = `${CONFIGMAPS}/${held?.id?.split("/")[1] ?? ""}`;
        await bed.patch(path, { metadata: { finalizers: ["tests.invalid/held"] } });
        const release = sleep(item.lastsMs + 8_000).then(() => bed.patch(path, { metadata: { finalizers: null } }));
        const verb = item.operation === "destroy" ? ["destroy", "--yes", "--skip-preview"] : UP;
        const ended = await runUnder(bed, cli(verb), { ...item, fault: { kind: "kill", victim: "group" }, begun: 1 });
        void release;
        return ended;
    }
    return runUnder(bed, cli(UP), { ...item, fault: { kind: "object", trouble } });
}

/** Moves the times that this machine has written, as if its clock had been wrong by so much (s). */
function setClock(bed: Bed, seconds: number): void {
    const folder = join(bed.paths.state, ".pulumi", "history", "x0tta6bl4", STACK);
    const [newest] = readdirSync(folder)
        .filter((name) => name.endsWith(".history.json"))
        .sort()
        .reverse();
    if (newest !== undefined) {
        const file = join(folder, newest);
        const entry = JSON.parse(readFileSync(file, "utf8")) as { startTime: number; endTime: number };
        const moved = { ...entry, startTime: entry.startTime + seconds, endTime: entry.endTime + seconds };
        writeFileSync(file, JSON.stringify(moved));
    }
}

/** Recovers as the documents say; what cannot be proven is confirmed with the flags that the command prints. */
async function recover(bed: Bed, removed: boolean): Promise<{ readonly code: number; readonly text: string }> {
    const args = ["recover", "--stack", STACK, "--confirm", STACK, "--then", removed ? "destroy" : "up"];
    const first = await bed.x0(args);
    const flags = Array.from(first.text.matchAll(/--adopt '([^']+)'/g), ([, object = ""]) => [
        "--adopt",
        object,
    ]).flat();
    if (first.code === 0 || flags.length === 0) {
        return first;
    }
    const second = await bed.x0([...args, ...flags]);
    return { code: second.code, text: `${first.text}\n${second.text}` };
}

/** What a second update and a recovery must say, and that an update whose policy pack died does not succeed. */
function assertMeanwhile({ fault }: FaultCase, { code, hit, text, meanwhile }: Ended): void {
    if (fault.kind === "second" && hit) {
        const [update, recovery] = meanwhile;
        assert.ok(update !== undefined && recovery !== undefined);
        // The first may have ended before they began.
        if (update.code !== 0) {
            assert.match(update.text, /currently locked/);
        }
        if (recovery.code !== 0) {
            assert.match(recovery.text, /another update of stack staging is running: [^]*wait for it/);
        }
    }
    if (fault.kind === "kill" && fault.victim === "pack" && hit) {
        assert.notEqual(code, 0, `the update went on without its policy pack\n${text}`);
    }
}
