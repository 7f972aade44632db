import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compareVersions, type Planned } from "../../engine/changes";
import { replacementCost } from "../../engine/replacement";
import type { Change } from "../../engine/report";
import { StackFile } from "../../engine/stackFile";
import { PROJECT_ROOT } from "../../project";
import { everyChoice, type Nested, packed, withChoice } from "../support/everySetting";
import { runProgram } from "../support/program";

/** A change of one setting. */
interface SettingChange {
    /** Stack in which the change has an effect. Default: staging. */
    readonly stack?: string;
    /** The other value. */
    readonly value: unknown;
    /** Settings before and after the change. */
    readonly given?: Nested;
    /** Settings that must change with it. */
    readonly also?: Nested;
}

const scraped = { networkPolicy: { metricsFromNamespace: "elsewhere" } };

/** Every setting whose change replaces objects. */
const REPLACING: Readonly<Record<string, SettingChange>> = {
    "mesh.namespace": { value: "elsewhere" },
    "mesh.secret.rotation": { value: "2" },
    "spire.serverNamespace": { value: "elsewhere" },
    "spire.systemNamespace": { value: "elsewhere" },
    "spire.server.storage.size": { value: "2Gi" },
    "spire.server.storage.storageClass": { value: "fast" },
    "spire.server.datastore": {
        stack: "prod",
        given: { spire: { server: { replicas: 1, keyManager: { type: "memory" } } } },
        value: { type: "sqlite" },
    },
    "spire.server.keyManager": { stack: "prod", value: { type: "memory" } },
    "monitoring.namespace": { value: "elsewhere", also: { mesh: scraped, spire: scraped } },
    "monitoring.nodeNamespace": { value: "elsewhere" },
    "monitoring.grafana.password.rotation": { stack: "prod", value: "2" },
};

/** The chart is not changed: its source does not replace a release, and another chart would be downloaded. */
const UNTOUCHED = /^monitoring\.chart\b/;

/** The settings of a stack's own file. */
function fileOf(stack: string): Nested {
    const { config } = StackFile.open(PROJECT_ROOT, stack);
    return {
        ...Object.fromEntries(Object.entries(config).filter(([key]) => !key.includes(":"))),
        cluster: { context: "test", checkReachable: false },
    };
}

/** What a stack would create. */
async function plannedIn(stack: string, settings: Nested = {}): Promise<Planned[]> {
    const { resources } = await runProgram(stack, settings);
    return resources
        .filter(({ custom, type }) => custom && !type.startsWith("pulumi:"))
        .map(({ type, name, inputs }) => ({ type, inputs, urn: `urn:pulumi:${stack}::x0tta6bl4::${type}::${name}` }));
}

function replaced(before: readonly Planned[], after: readonly Planned[]): Change[] {
    return compareVersions(before, after).filter(({ op }) => op === "replace");
}

/** The cells of the table in docs/operations.md, by setting. */
function documented(): Map<string, { readonly kinds: string[]; readonly cost: string }> {
    const text = readFileSync(join(PROJECT_ROOT, "docs", "operations.md"), "utf8");
    const [, section = ""] = text.split("\n### What a replacement costs\n");
    const rows = section.split("\n#")[0]?.matchAll(/^\| (`.+?) +\| (.+?) +\| (.+?) +\|$/gm) ?? [];
    return new Map(
        [...rows].flatMap(([, settings = "", kinds = "", cost = ""]) =>
            [...settings.matchAll(/`([^`]+)`/g)].map(([, key = ""]) => [
                key,
                { kinds: [...kinds.matchAll(/`(\w+)`/g)].map(([, kind = ""]) => kind), cost },
            ]),
        ),
    );
}

describe("Settings whose change replaces objects", () => {
    const table = documented();

    it("are all in docs/operations.md", () => {
        assert.deepEqual([...table.keys()].sort(), Object.keys(REPLACING).sort());
    });

    for (const [key, { stack = "staging", value, given = {}, also = {} }] of Object.entries(REPLACING)) {
        it(`replace what the table says, and cost what it says: ${key}`, async function () {
            this.timeout(120_000);
            const changes = replaced(
                await plannedIn(stack, given),
                await plannedIn(stack, withChoice({ ...given, ...also }, { key, value })),
            );
            const kinds = [...new Set(changes.map(({ object }) => object.split(" ")[0] ?? ""))].sort();
            assert.deepEqual(kinds, table.get(key)?.kinds);
            for (const cost of new Set(changes.map(replacementCost))) {
                assert.ok(table.get(key)?.cost.includes(cost), cost);
            }
        });
    }

    it("are the only ones: no other value of any other setting replaces anything", async function () {
        this.timeout(600_000);
        const choices = everyChoice((key) => UNTOUCHED.test(key) || isReplacing(key));
        const { sets, left } = packed("staging", fileOf("staging"), choices);
        const keys = new Set(sets.flatMap(({ choices: packedHere }) => packedHere.map(({ key }) => key)));
        // Values that violate a constraint regardless of other settings; each has a similar setting that is covered.
        assert.ok(left.length < 30, JSON.stringify(left));
        assert.ok(keys.size > 280, `${keys.size} settings are changed`);
        const before = await plannedIn("staging");
        for (const { settings, choices: changed } of sets) {
            const found = replaced(before, await plannedIn("staging", settings));
            assert.deepEqual(
                found.map(({ object, details }) => [object, details.map(({ path }) => path)]),
                [],
                `one of ${JSON.stringify(changed)}`,
            );
        }
    });
});

/** Whether a setting, or a part of it, is in the table. */
function isReplacing(key: string): boolean {
    return Object.keys(REPLACING).some((known) => known === key || known.startsWith(`${key}.`));
}
