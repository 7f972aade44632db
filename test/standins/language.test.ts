import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProgramInfo, RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { installFolder } from "../../standins/language/install";
import { optionVariables, parseOptions } from "../../standins/language/options";
import { requiredBy, requiredPackages } from "../../standins/language/packages";
import { stackVariables } from "../../standins/language/plugin";
import { configVariables, outcome, programArguments, resolveModule } from "../../standins/language/program";

/** A request to run a program. */
function request(dryRun: boolean): RunRequest {
    const info = new ProgramInfo();
    info.setRootDirectory("/root-directory");
    info.setProgramDirectory("/root-directory/program");
    info.setEntryPoint(".");
    const result = new RunRequest();
    result.setInfo(info);
    result.setProject("proj");
    result.setStack("staging");
    result.setOrganization("organization");
    result.setMonitorAddress("127.0.0.1:1");
    result.setParallel(16);
    result.setDryrun(dryRun);
    result.getConfigMap().set("proj:mesh", "{}").set("kubernetes:config:context", "a:b");
    result.setConfigsecretkeysList(["proj:secret"]);
    return result;
}

describe("stand-in language host: running a program", () => {
    it("passes the runner what the SDK expects", () => {
        const common = ["--monitor", "127.0.0.1:1", "--engine", "127.0.0.1:2", "--organization", "organization"];
        const rest = ["--project", "proj", "--root-directory", "/root-directory", "--stack", "staging"];
        const pwd = ["--pwd", "/root-directory/program"];
        const end = ["--parallel", "16", "."];
        const args = programArguments(request(false), "/run", "127.0.0.1:2");
        assert.deepEqual(args, ["/run", ...common, ...rest, ...pwd, ...end]);
        const preview = programArguments(request(true), "/run", "127.0.0.1:2");
        assert.deepEqual(preview, ["/run", ...common, ...rest, ...pwd, "--dry-run", ...end]);
    });
    it("passes configuration in the format that every SDK reads", () => {
        const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS } = configVariables(request(false));
        assert.deepEqual(JSON.parse(PULUMI_CONFIG!), { "proj:config:mesh": "{}", "kubernetes:config:context": "a:b" });
        assert.equal(PULUMI_CONFIG_SECRET_KEYS, '["proj:secret"]');
    });
    it("reads the runtime options, TypeScript being the default", () => {
        assert.deepEqual(parseOptions({ packagemanager: "npm" }), { typescript: true });
        assert.deepEqual(optionVariables(parseOptions({ typescript: false })), {});
        assert.deepEqual(optionVariables(parseOptions({})), { PULUMI_NODEJS_TYPESCRIPT: "true" });
    });
    it("names the option that it cannot use", () => {
        assert.throws(() => parseOptions({ typescript: "yes" }), /"typescript" must be true or false/);
        assert.throws(() => parseOptions({ nodeargs: "--inspect" }), /"nodeargs" is not served/);
        assert.throws(() => parseOptions({ packagemanager: "yarn" }), /"packagemanager" is not served/);
    });
    it("tells success, a shown error, a failure and a signal apart", () => {
        assert.deepEqual(outcome(0, null), { error: "", bail: false });
        assert.deepEqual(outcome(32, null), { error: "", bail: true });
        assert.match(outcome(1, null).error, /exit code: 1/);
        assert.match(outcome(null, "SIGKILL").error, /SIGKILL/);
    });
    it("suggests installing the SDK if it is missing", () => {
        assert.throws(() => resolveModule("@pulumi/pulumi/cmd/run", tmpdir()), /Run: npm install/);
        assert.match(resolveModule("@pulumi/pulumi/cmd/run", process.cwd()), /cmd\/run\/index\.js$/);
    });
    it("tells a policy pack the stack, leaving out what is empty", () => {
        const stack = new AnalyzerStackConfigureRequest();
        stack.setStack("staging");
        stack.setDryRun(true);
        stack.getConfigMap().set("proj:a", "1");
        assert.deepEqual(stackVariables(stack), {
            PULUMI_NODEJS_STACK: "staging",
            PULUMI_NODEJS_DRY_RUN: "true",
            PULUMI_CONFIG: '{"proj:a":"1"}',
        });
        assert.deepEqual(stackVariables(undefined), {});
    });
});

describe("stand-in language host: packages", () => {
    let folder: string;
    const write = (path: string, manifest: object): void => {
        mkdirSync(join(folder, path), { recursive: true });
        writeFileSync(join(folder, path, "package.json"), JSON.stringify(manifest));
    };
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "plugins-"));
        write(".", { dependencies: { "@pulumi/a": "1", gone: "1" } });
        write("node_modules/@pulumi/a", { name: "@pulumi/a", version: "1.2.3", pulumi: { resource: true } });
        write("node_modules/b", { name: "b", version: "1.0.0" });
        write("node_modules/b/node_modules/c", { name: "c", version: "2.0.0", pulumi: { resource: true, name: "cc" } });
        writeFileSync(join(folder, "package-lock.json"), "{}");
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("finds the plugins that installed packages require, including nested ones", () => {
        assert.deepEqual(requiredPackages(folder), [
            { name: "a", version: "v1.2.3", server: "" },
            { name: "cc", version: "v2.0.0", server: "" },
        ]);
        assert.equal(requiredBy({ name: "x", version: "1" }), undefined);
    });
    it("installs where the lock file is", () => {
        assert.equal(installFolder(join(folder, "node_modules")), folder);
    });
});
