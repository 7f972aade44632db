import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CannotRun } from "../../../errors";
import { findScanner, type ScannerName } from "../../../images/scan/scanner";
import { GRYPE, TRIVY } from "../../../tools/releases";
import { withFolder, writeScript } from "../../support/temporary";
import { grypeReport, type Reported, trivyReport } from "./reports";

const HIGH: Reported = { id: "CVE-2026-1", severity: "High", fixed: "3.5.2-r0" };

describe("A scanner on PATH", () => {
    const VERSIONS: Readonly<Record<ScannerName, string>> = { grype: GRYPE, trivy: TRIVY };

    /** Runs work with a scanner that is a script. @param body What it does beside printing its version. */
    const withScanner = <T>(
        name: ScannerName,
        body: string,
        work: (env: NodeJS.ProcessEnv, folder: string) => Promise<T>,
        version = VERSIONS[name],
    ): Promise<T> =>
        withFolder(async (folder) => {
            const script = `case "$1" in version|--version) echo "Version: ${version}"; exit 0;; esac\n${body}`;
            await writeScript(join(folder, name), script);
            writeFileSync(
                join(folder, "report.json"),
                JSON.stringify(name === "grype" ? grypeReport([HIGH]) : trivyReport([HIGH])),
            );
            return work(
                { PATH: `${folder}:/usr/bin:/bin`, HERE: folder, GRYPE_IGNORE: "x", TRIVY_CACHE_DIR: "y" },
                folder,
            );
        });

    for (const name of ["grype", "trivy"] as const) {
        it(`scans the image of the registry with the VEX documents, and no settings of others: ${name}`, async () => {
            const body = `echo "$@" > "$HERE/arguments"; env > "$HERE/env"; ls > "$HERE/ls"; cat "$HERE/report.json"`;
            await withScanner(name, body, async (env, folder) => {
                const scanner = await findScanner(name, env);
                assert.equal(scanner.version, VERSIONS[name]);
                const report = await scanner.scan("web:1@sha256:0", ["/a.json", "/b.json"]);
                assert.deepEqual(
                    report.found.map(({ id }) => id),
                    ["CVE-2026-1"],
                );
                const given = readFileSync(join(folder, "arguments"), "utf8");
                assert.match(given, /--vex \/a\.json --vex \/b\.json/);
                assert.match(
                    given,
                    name === "grype"
                        ? /^registry:web:1@sha256:0 .*--output json/
                        : /^image .*--image-src remote.* web:1@sha256:0$/m,
                );
                assert.equal(readFileSync(join(folder, "ls"), "utf8"), "empty.yaml\n");
                const environment = readFileSync(join(folder, "env"), "utf8");
                assert.doesNotMatch(environment, /GRYPE_IGNORE/);
                assert.match(environment, /TRIVY_CACHE_DIR=y/);
            });
        });

        it(`is refused at another version, with the command that installs the pinned one: ${name}`, async () => {
            await withScanner(
                name,
                "",
                async (env) => {
                    const fault = await findScanner(name, env).catch((error: unknown) => error);
                    assert.ok(fault instanceof CannotRun);
                    assert.match(
                        fault.message,
                        new RegExp(`^${name} \\S+ is not on PATH at that version: \\S+ is version 0\\.1\\.0$`),
                    );
                    assert.match(
                        fault.fix,
                        new RegExp(`^go install -ldflags .*@v${VERSIONS[name].replaceAll(".", "\\.")}$`),
                    );
                },
                "0.1.0",
            );
            await assert.rejects(findScanner(name, { PATH: "/nonexistent" }), /is not on PATH$/);
        });
    }

    it("without a database ends the scan, with the command that fetches it", async () => {
        for (const [name, words, fix] of [
            ["grype", "failed to load vulnerability db: database does not exist", "grype db update"],
            ["trivy", "FATAL --skip-db-update cannot be specified on the first run", "trivy image --download-db-only"],
        ] as const) {
            await withScanner(name, `echo "${words}" >&2; exit 1`, async (env) => {
                const fault = await (await findScanner(name, env)).scan("web:1", []).catch((error: unknown) => error);
                assert.ok(fault instanceof CannotRun, String(fault));
                assert.equal(fault.fix, fix);
            });
        }
    });

    it("that fails, or prints something else, is a fault of that image", async () => {
        for (const [body, reason] of [
            ["echo 'unable to pull image' >&2; exit 1", /exit code 1\nunable to pull image/],
            ["echo nothing", /grype \S+ printed something else than its report in JSON/],
            ["echo '{}'", /printed something else than its report in JSON/],
        ] as const) {
            await withScanner("grype", body, async (env) => {
                const scanner = await findScanner("grype", env);
                const fault = await scanner.scan("web:1", []).catch((error: unknown) => error);
                assert.ok(fault instanceof Error && !(fault instanceof CannotRun));
                assert.match(fault.message, reason);
            });
        }
    });
});
