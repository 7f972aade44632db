import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../process/run";
import { diskFull, freeMiB, isDiskFull } from "../../tools/disk";
import { buildDetail } from "../../tools/goBuild";
import { goEnvironment, GoMissingError } from "../../tools/goEnv";
import { withFolder, writeScript } from "../support/temporary";

/** A fake `go` that answers `go env -json` like the real one. */
const FAKE_GO = `echo '{"GOVERSION":"go1.26.8","GOPROXY":"https://proxy.example","GOSUMDB":"off","GOCACHE":"/c","GOMODCACHE":"/m"}'`;

/** Target platform of builds. */
const platform = { os: "linux", arch: "arm64" };

describe("build from Go modules", () => {
    it("keeps where modules come from and fixes what would change the result", () =>
        withFolder(async (folder) => {
            await writeScript(join(folder, "go"), FAKE_GO);
            const base = {
                PATH: folder,
                HOME: "/home/u",
                GOFLAGS: "-mod=vendor -tags=x",
                GOEXPERIMENT: "y",
                GOOS: "windows",
            };
            const { version, env, folders } = await goEnvironment("etcd", platform, base);
            assert.equal(version, "go1.26.8");
            assert.equal(env.GOPROXY, "https://proxy.example");
            assert.equal(env.GOSUMDB, "off");
            assert.equal(env.GOFLAGS, "-mod=readonly");
            assert.equal(env.GOENV, "off");
            assert.equal(env.CGO_ENABLED, "0");
            assert.equal(`${env.GOOS ?? ""}/${env.GOARCH ?? ""}`, "linux/arm64");
            assert.equal("GOEXPERIMENT" in env, false);
            assert.deepEqual(folders, ["/c", "/m", "/tmp"]);
        }));

    it("stops if there is no Go, and if Go reports that it is too old", () =>
        withFolder(async (folder) => {
            const missing = goEnvironment("etcd", platform, { PATH: folder });
            await assert.rejects(
                missing,
                (error) => error instanceof GoMissingError && error.message.includes("not on PATH"),
            );
            await writeScript(
                join(folder, "go"),
                'echo "go: go.mod requires go >= 1.26.0 (running go 1.22.1)" >&2; exit 1',
            );
            const old = goEnvironment("etcd", platform, { PATH: folder });
            await assert.rejects(old, /requires go >= 1\.26\.0 \(running go 1\.22\.1\)/);
        }));

    it("reports its progress: modules first, then packages", () => {
        const detail = buildDetail("building etcd");
        assert.equal(detail("go: downloading go.uber.org/zap v1.27.0"), "building etcd: 1 modules fetched");
        assert.equal(detail("runtime"), "building etcd: 1 packages compiled");
        assert.equal(detail("fmt"), "building etcd: 2 packages compiled");
    });
});

describe("full disk", () => {
    it("is recognised in a compiler's output and in this process", () => {
        const compiler = new CommandError("go build", "exit code 1", 1, "write /tmp/x: no space left on device");
        assert.equal(isDiskFull(compiler), true);
        assert.equal(isDiskFull(Object.assign(new Error("x"), { code: "ENOSPC" })), true);
        assert.equal(isDiskFull(new CommandError("go build", "exit code 1", 1, "undefined: x")), false);
        assert.equal(isDiskFull(new Error("x")), false);
    });

    it("is reported with every folder and its free space, also of a folder that does not exist yet", async () => {
        const folder = join(tmpdir(), "not", "there");
        const error = await diskFull("building etcd", "6 GB", [tmpdir(), folder]);
        assert.match(error.message, /^No space left on a disk while building etcd, which takes about 6 GB in/);
        assert.ok(error.message.includes(`  ${folder}: `));
        assert.match(error.message, /: \d+ MiB free/);
        assert.equal(await freeMiB(folder), await freeMiB(tmpdir()));
    });
});
