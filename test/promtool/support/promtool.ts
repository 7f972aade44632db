import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureTools } from "../../../tools";
import { createProgress } from "../../../terminal/progress";
import { withFolder } from "../../support/temporary";
import type { RuleFile } from "../../../components/monitoring/rules";

const execute = promisify(execFile);

/** A test group of promtool. */
export interface TestGroup {
    readonly name: string;
    readonly interval: string;
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly alert_rule_test: readonly {
        readonly eval_time: string;
        readonly alertname: string;
        readonly exp_alerts: readonly {
            readonly exp_labels: Readonly<Record<string, string>>;
            readonly exp_annotations: Readonly<Record<string, string>>;
        }[];
    }[];
    /** Queries with the series that they must give. */
    readonly promql_expr_test?: readonly {
        readonly expr: string;
        readonly eval_time: string;
        readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
    }[];
}

/** A rule file of any origin. */
interface TestedRules {
    readonly groups: readonly { readonly name: string; readonly rules: readonly object[] }[];
}

let found: Promise<string> | undefined;

/** Path of promtool, which is downloaded once if it is missing. */
function promtool(): Promise<string> {
    found ??= ensureTools(["promtool"], createProgress()).then(({ promtool: tool }) => tool.path);
    return found;
}

/** Errors of `promtool check rules` for a rule file; empty if it is valid. */
export async function checkRules(rules: RuleFile): Promise<string> {
    return withFolder(async (folder) => {
        const file = join(folder, "rules.json");
        await writeFile(file, JSON.stringify(rules));
        try {
            await execute(await promtool(), ["check", "rules", "--lint=all", "--lint-fatal", file]);
            return "";
        } catch (error) {
            return output(error);
        }
    });
}

/**
 * Runs unit tests over rules.
 * @returns what failed, by the names of the test groups where something did.
 * @throws Error when promtool cannot run them.
 */
export async function testRules(
    rules: TestedRules,
    groups: readonly TestGroup[],
): Promise<ReadonlyMap<string, string>> {
    const failures = new Map<string, string>();
    for (const interval of new Set(groups.map((group) => group.interval))) {
        const own = groups.filter((group) => group.interval === interval);
        const results = await testEvery(rules, own, interval);
        own.forEach(({ name }, index) => {
            const failure = results[index];
            if (failure !== undefined) {
                failures.set(name, failure);
            }
        });
    }
    return failures;
}

/** What failed in each test group, all of one interval; `undefined` where nothing did. */
async function testEvery(
    rules: TestedRules,
    groups: readonly TestGroup[],
    interval: string,
): Promise<(string | undefined)[]> {
    return withFolder(async (folder) => {
        await writeFile(join(folder, "rules.json"), JSON.stringify(rules));
        const tests = {
            rule_files: ["rules.json"],
            evaluation_interval: interval,
            // Otherwise it is undefined whether an alert uses the current or the previous result of another group's
            // recording rule.
            group_eval_order: rules.groups.map(({ name }) => name),
            tests: groups,
        };
        await writeFile(join(folder, "tests.json"), JSON.stringify(tests));
        const report = join(folder, "report.xml");
        const failure = await execute(await promtool(), ["test", "rules", `--junit=${report}`, "tests.json"], {
            cwd: folder,
        }).then(() => "", output);
        const results = testcases(await readFile(report, "utf8").catch(() => ""));
        if (results.length !== groups.length) {
            throw new Error(`promtool ran ${results.length} of ${groups.length} tests: ${failure}`);
        }
        return results;
    });
}

/** Failures by test case of a JUnit report, in its order. */
function testcases(xml: string): (string | undefined)[] {
    return xml
        .split("<testcase ")
        .slice(1)
        .map((text) => /<failure>([\s\S]*?)<\/failure>/.exec(text)?.[1])
        .map((text) => text?.replaceAll("&#xA;", "\n").replaceAll("&#34;", '"').replaceAll("&#39;", "'"))
        .map((text) => text?.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&"));
}

function output(error: unknown): string {
    const parts = ["stdout", "stderr", "message"].map((part) =>
        typeof error === "object" && error !== null ? String(Reflect.get(error, part) ?? "") : "",
    );
    return parts.find((part) => part.trim() !== "") ?? String(error);
}
