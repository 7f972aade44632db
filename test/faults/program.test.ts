import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { down } from "../../local/down";
import { localPaths } from "../../process/paths";
import { createProgress } from "../../terminal/progress";
import { up } from "../../local/up";
import { openWorkspace } from "../../local/workspace";
import { separatePaths } from "../support/paths";
import { cutOf } from "./cut";
import { type Recovery, Victim } from "./recovery";

/** Number of updates that are interrupted: FAULT_SEEDS accepts `n` or `first-last`, default 30. */
const [FROM = 1, TO = FROM] = (process.env.FAULT_SEEDS ?? "1-30").split("-").map(Number);

describe(`Updates that are killed at seeded moments (${FROM} to ${TO})`, () => {
    const paths = separatePaths(localPaths(), "faults");
    const progress = createProgress();
    const recoveries: Recovery[] = [];
    let victim: Victim;

    const remove = async () => {
        await down(progress, paths);
        await rm(paths.root, { recursive: true, force: true });
    };

    before(async () => {
        await remove();
        await up("staging", progress, paths);
        victim = new Victim(await openWorkspace("staging", progress, paths), paths);
    });

    after(remove);

    for (let seed = FROM; seed <= TO; seed++) {
        const cut = cutOf(seed);
        const who = cut.group ? "CLI and plugins" : "CLI alone";
        it(`${seed}: ${cut.operation}, ${who}, ${cut.delayMs} ms after object ${cut.begun} was begun`, async () => {
            const recovery = await victim.cutAndRecover(cut);
            recoveries.push(recovery);
            progress.note(`      cut: ${recovery.cut}; adopted: ${recovery.adopted.join(", ") || "nothing"}`);
        });
    }

    it("were cut, most of them, and some left objects that had to be adopted", function () {
        if (recoveries.length < 30) {
            this.skip();
        }
        assert.ok(recoveries.filter(({ cut }) => cut).length > 20);
        assert.ok(recoveries.some(({ adopted }) => adopted.length > 0));
    });
});
