import { Command } from "@commander-js/extra-typings";
import { writeFileSync } from "node:fs";
import { CannotRun, messageOf } from "../../errors";
import { EXIT, main } from "../../terminal/commandLine";
import { Bed } from "./bed";
import { caseOf, describeCase } from "./cases";
import { runCase } from "./run";

/** Number of cases of a sample: one of each kind of fault fits into a job of CI. */
const SAMPLE = 12;

/** A whole number of an option. */
function whole(text: string): number {
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1) {
        throw new CannotRun(`${text} is not a whole number above 0`, "npm run test:faults -- --help");
    }
    return number;
}

/** One of several runs that share the cases. */
interface Part {
    readonly number: number;
    readonly of: number;
}

/** A part as `2/5`. */
function partOf(text: string): Part {
    const [, number = "", of = ""] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
    return { number: whole(number), of: whole(of) };
}

/** Options of a run. */
interface Options {
    readonly grep?: string;
    readonly part?: Part;
    readonly seed: number;
    readonly case?: number;
    readonly cases: number;
    readonly minutes?: number;
    readonly report?: string;
}

/** Runs cases one after the other on one cluster. @returns the exit code. */
async function runCases({ seed, case: only, cases, grep = "", part, minutes, report }: Options): Promise<number> {
    const all = only === undefined ? Array.from({ length: cases }, (_, place) => place + 1) : [only];
    const indexes = all
        .filter((index) => part === undefined || index % part.of === part.number % part.of)
        .filter((index) => new RegExp(grep).test(describeCase(caseOf(seed, index))));
    if (indexes.length === 0) {
        throw new CannotRun("no case matches", "npm run test:faults -- --help");
    }
    const end = performance.now() + (minutes ?? Infinity) * 60_000;
    const lines: string[] = [];
    let failed = 0;
    let hits = 0;
    let bed = await Bed.open();
    try {
        for (const index of indexes) {
            if (performance.now() > end) {
                break;
            }
            const item = caseOf(seed, index);
            const started = performance.now();
            const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`;
            const title = `${index}/${indexes.at(-1) ?? index} ${describeCase(item)}`;
            try {
                const { hit, decisions } = await runCase(bed, item);
                hits += hit ? 1 : 0;
                lines.push(
                    `ok    ${title}${hit ? "" : " (after its end)"}: ${decisions.join(", ") || "nothing to recover"}, ${seconds()}`,
                );
            } catch (error) {
                failed++;
                lines.push(
                    `FAIL  ${title}, ${seconds()}\n      again: npm run test:faults -- --seed ${seed} --case ${index}\n${messageOf(error)}`,
                );
                console.log(lines.at(-1));
                // The next case begins on a new cluster.
                await bed.close();
                bed = await Bed.open();
                continue;
            }
            console.log(lines.at(-1));
        }
    } finally {
        await bed.close();
    }
    const summary = `${lines.length} of ${indexes.length} cases ran with seed ${seed}: ${lines.length - failed} passed, ${failed} failed; ${hits} were hit before their end`;
    console.log(summary);
    if (report !== undefined) {
        writeFileSync(report, `${[...lines, summary].join("\n")}\n`);
    }
    return failed === 0 ? EXIT.done : EXIT.wrong;
}

void main((session) =>
    new Command("npm run test:faults --")
        .description(
            "Interrupts operations of a small stack on an embedded cluster at seeded moments, and recovers each.",
        )
        .option("--seed <number>", "seed of the cases", whole, 1)
        .option("--case <number>", "run only this case of the seed", whole)
        .option("--cases <number>", "number of cases", whole, SAMPLE)
        .option("--grep <pattern>", "of these, only the cases whose description matches")
        .option("--part <n/m>", "of these, only every m-th, from the n-th", partOf)
        .option("--minutes <number>", "begin no further case after so long", whole)
        .option("--report <file>", "write the results to this file")
        .action(async (options) => {
            session.exitCode = await runCases(options);
        }),
);
