import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotRun } from "../../errors";
import { findOutputs, readOutputs, type PulumiAnswer } from "../../smoke/findOutputs";

describe("Stack outputs", () => {
    let local: string;

    beforeEach(() => {
        local = mkdtempSync(join(tmpdir(), "smoke-"));
    });
    afterEach(() => {
        rmSync(local, { recursive: true });
    });

    /** A Pulumi CLI with a selected stack, and an answer to `stack export`. */
    const pulumi = (selected: string | undefined, output: PulumiAnswer) => (args: readonly string[]) =>
        args.includes("--show-name")
            ? { code: selected === undefined ? 1 : 0, stdout: `${selected ?? ""}\n`, stderr: "" }
            : output;
    const good = { code: 0, stdout: "{}", stderr: "" };
    const error = (stderr: string) => ({ code: 255, stdout: "", stderr });
    const embedded = (stack: string) => {
        writeFileSync(join(local, `outputs.${stack}.json`), `"${stack}"`);
    };
    const find = (stack: string | undefined, cli: (args: readonly string[]) => PulumiAnswer) =>
        findOutputs(stack, { local, pulumi: (args) => Promise.resolve(cli(args)) });

    it("come from the selected Pulumi stack before the embedded cluster", async () => {
        embedded("staging");
        assert.equal((await find(undefined, pulumi("prod", good))).source, "Pulumi stack prod");
    });

    it("come from the stack that is named before the selected one", async () => {
        assert.equal((await find("staging", pulumi("prod", good))).source, "Pulumi stack staging");
    });

    it("come from the embedded cluster where Pulumi is not installed", async () => {
        embedded("staging");
        const none = () => undefined;
        assert.deepEqual(await find(undefined, none), { text: '"staging"', source: "embedded cluster, stack staging" });
        assert.equal((await find("staging", none)).text, '"staging"');
    });

    it("come from the embedded cluster where Pulumi has no such stack or no login", async () => {
        embedded("prod");
        for (const message of ["error: no stack named 'prod' found", "PULUMI_ACCESS_TOKEN must be set for login"]) {
            assert.equal(
                (await find("prod", pulumi(undefined, error(message)))).source,
                "embedded cluster, stack prod",
            );
        }
    });

    it("never come from the embedded cluster when Pulumi has other trouble", async () => {
        embedded("prod");
        await assert.rejects(
            () => find("prod", pulumi("prod", error("\nerror: passphrase must be set\nmore"))),
            (fault) => fault instanceof CannotRun && fault.message.endsWith("stack prod: passphrase must be set"),
        );
    });

    it("are reported as missing, with the commands that create them", async () => {
        await assert.rejects(
            () => find("prod", () => undefined),
            (fault) => fault instanceof CannotRun && fault.fix.includes("pulumi up --stack prod"),
        );
        await assert.rejects(
            () => find(undefined, () => undefined),
            (fault) => fault instanceof CannotRun && fault.fix.includes("npm run local"),
        );
    });

    it("name the file that cannot be read", () => {
        assert.throws(() => readOutputs(join(local, "none.json")), /none\.json/);
    });
});
