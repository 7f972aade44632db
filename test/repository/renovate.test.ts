import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../../project";

const managerSchema = z.object({
    description: z.string(),
    managerFilePatterns: z.array(z.string()),
    matchStrings: z.array(z.string()),
    depNameTemplate: z.string().optional(),
    datasourceTemplate: z.enum(["docker", "github-releases", "helm"]),
});

const { customManagers: CUSTOM_MANAGERS } = z
    .object({ customManagers: z.array(managerSchema) })
    .parse(JSON.parse(readFileSync(join(PROJECT_ROOT, ".github", "renovate.json"), "utf8")));

const FILES = ["settings", "tools"].flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${folder}/${name}`),
);

/** What a manager finds: file, and the named groups of each match. */
function finds({ managerFilePatterns, matchStrings }: z.infer<typeof managerSchema>) {
    const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.replace(/^\/|\/$/g, "")));
    return FILES.filter((file) => patterns.some((pattern) => pattern.test(file))).flatMap((file) =>
        matchStrings.flatMap((match) =>
            [...readFileSync(join(PROJECT_ROOT, file), "utf8").matchAll(new RegExp(match, "g"))].map(
                ({ groups = {} }) => ({
                    file,
                    ...groups,
                }),
            ),
        ),
    );
}

describe("Dependency updates", () => {
    for (const manager of CUSTOM_MANAGERS) {
        it(`find the version of: ${manager.description}`, () => {
            const found = finds(manager);
            assert.ok(found.length > 0, "the pattern no longer matches the code, so updates would not be found");
            for (const { currentValue } of found as { currentValue?: string }[]) {
                assert.match(currentValue ?? "", /^v?\d+\.\d+\.\d+$/);
            }
            // A fixed name can be that of one version only.
            assert.ok(manager.depNameTemplate === undefined || found.length === 1);
        });
    }

    it("miss no version that a tool is pinned to", () => {
        const text = ["table", "releases"]
            .map((name) => readFileSync(join(PROJECT_ROOT, `tools/${name}.ts`), "utf8"))
            .join("\n");
        const pinned = [...text.matchAll(/"(\d+\.\d+\.\d+)"/g)].map((match) => match[1] ?? "");
        const found = CUSTOM_MANAGERS.flatMap(finds).map((match) => (match as { currentValue?: string }).currentValue);
        // Versions at which a Go module builds follow those of the download by hand.
        const byHand = [/version: "(\d+\.\d+\.\d+)",\n\s+downloadVersion: PULUMI/, /module: "(\d+\.\d+\.\d+)"/].map(
            (pattern) => pattern.exec(text)?.[1],
        );
        assert.deepEqual(
            pinned.filter((version) => !found.includes(version) && !byHand.includes(version)),
            [],
        );
    });

    it("use only what Renovate's regular expressions have", () => {
        const strings = CUSTOM_MANAGERS.flatMap(({ matchStrings }) => matchStrings);
        assert.deepEqual(
            strings.filter((text) => /\(\?<?[=!]|\\\d/.test(text)),
            [],
        );
    });
});
