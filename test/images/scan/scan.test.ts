import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWrong, type ScanOutcome, wantedImages } from "../../../cli/images/scan";
import { scanText } from "../../../cli/images/scanText";
import { CannotRun } from "../../../errors";
import { evaluateScan, type ScanTerms } from "../../../images/scan/evaluate";
import { EXCEPTIONS_FILE, type ImageException, readExceptions } from "../../../images/scan/exceptions";
import { readGrype } from "../../../images/scan/grype";
import { scanSarif } from "../../../images/scan/sarif";
import { findScanner, type ScannerName } from "../../../images/scan/scanner";
import { readTrivy } from "../../../images/scan/trivy";
import { VEX_FOLDER, vexFiles } from "../../../images/scan/vex";
import { PROJECT_ROOT } from "../../../project";
import { GRYPE, TRIVY } from "../../../tools/releases";
import { withFolder, writeScript } from "../../support/temporary";
import { deployment, imageOf, imagesFor } from "../support";
import { grypeReport, type Reported, trivyReport } from "./reports";

const SCREEN = { columns: 140, colour: false };

const HIGH: Reported = { id: "CVE-2026-1", severity: "High", fixed: "3.5.2-r0" };
const UNFIXED: Reported = { id: "CVE-2026-2", severity: "Critical" };
const LOW: Reported = { id: "CVE-2026-3", severity: "Low", fixed: "3.5.2-r0" };

const TERMS: ScanTerms = { failOn: "high", includeUnfixed: false, exceptions: [], today: "2026-06-15" };

/** An exception for the first vulnerability. */
function exception(change: Partial<ImageException> = {}): ImageException {
    const image = "docker.io/library/web";
    return { id: "CVE-2026-1", image, reason: "not reachable", owner: "team-mesh", expires: "2026-06-15", ...change };
}

/** The result of a scan of one image. */
async function scanned(found: readonly Reported[], terms: Partial<ScanTerms> = {}) {
    const { images } = await imagesFor([deployment("web", { name: "web", image: "web:1" })]);
    const image = imageOf({ images }, "/web");
    return evaluateScan([{ image, report: readGrype(grypeReport(found)) }], { ...TERMS, ...terms });
}

const idsOf = ({ severe }: Awaited<ReturnType<typeof scanned>>) => severe.map(({ vulnerability }) => vulnerability.id);

describe("Reports of scanners", () => {
    it("are read alike from grype and from trivy, without what VEX excludes", () => {
        const expected = (url: (id: string) => string) => ({
            found: [
                {
                    ...{ id: "CVE-2026-1", severity: "high", package: "openssl", version: "3.5.1-r0" },
                    ...{ fixed: ["3.5.2-r0"], url: url("CVE-2026-1") },
                },
                {
                    ...{ id: "CVE-2026-2", severity: "critical", package: "openssl", version: "3.5.1-r0" },
                    ...{ fixed: [], url: url("CVE-2026-2") },
                },
            ],
            excluded: 1,
        });
        assert.deepEqual(
            readGrype(grypeReport([HIGH, UNFIXED], [LOW])),
            expected((id) => `https://security.alpinelinux.org/vuln/${id}`),
        );
        assert.deepEqual(
            readTrivy(trivyReport([HIGH, UNFIXED], [LOW])),
            expected((id) => `https://avd.aquasec.com/nvd/${id.toLowerCase()}`),
        );
    });

    it("are refused where they are something else, never read as free of vulnerabilities", () => {
        for (const other of [{}, [], { matches: [] }, { SchemaVersion: 1, Results: [] }, { Results: [] }]) {
            assert.throws(() => readGrype(other), { name: "ZodError" });
            assert.throws(() => readTrivy(other), { name: "ZodError" });
        }
        assert.deepEqual(readTrivy({ SchemaVersion: 2 }), { found: [], excluded: 0 });
    });
});

describe("A scan", () => {
    it("fails for what is severe and has a fix; more only on request", async () => {
        assert.deepEqual(idsOf(await scanned([LOW, HIGH, UNFIXED])), ["CVE-2026-1"]);
        assert.equal((await scanned([LOW, HIGH, UNFIXED])).others, 2);
        assert.deepEqual(idsOf(await scanned([LOW, HIGH, UNFIXED], { includeUnfixed: true })), [
            "CVE-2026-2",
            "CVE-2026-1",
        ]);
        assert.deepEqual(idsOf(await scanned([LOW, HIGH], { failOn: "low" })), ["CVE-2026-1", "CVE-2026-3"]);
        assert.deepEqual(idsOf(await scanned([{ ...HIGH, severity: "Unknown" }], { failOn: "low" })), []);
    });

    it("names a vulnerability of a package once, however often the package is in the image", async () => {
        assert.equal((await scanned([HIGH, HIGH, { ...HIGH, name: "libssl3" }])).severe.length, 2);
    });

    it("accepts what an exception is for, up to its last day", async () => {
        const accepted = await scanned([HIGH], { exceptions: [exception()] });
        assert.equal(accepted.severe[0]?.exception?.owner, "team-mesh");
        assert.deepEqual([accepted.ended, accepted.unused], [[], []]);
        const ended = await scanned([HIGH], { exceptions: [exception()], today: "2026-06-16" });
        assert.equal(ended.severe[0]?.exception, undefined);
        assert.equal(ended.ended.length, 1);
    });

    it("takes patterns of images, and no exception for another image or vulnerability", async () => {
        const isAccepted = async (change: Partial<ImageException>) =>
            (await scanned([HIGH], { exceptions: [exception(change)] })).severe[0]?.exception !== undefined;
        assert.equal(await isAccepted({ image: "docker.io/library/*" }), true);
        assert.equal(await isAccepted({ image: "docker.io/library/we" }), false);
        assert.equal(await isAccepted({ id: "CVE-2026-11" }), false);
    });

    it("warns about an exception that nothing needs, of scanned images alone", async () => {
        const exceptions = [exception({ id: "CVE-2026-7" }), exception({ id: "CVE-2026-8", image: "other" })];
        const { unused } = await scanned([HIGH], { exceptions });
        assert.deepEqual(
            unused.map(({ id }) => id),
            ["CVE-2026-7"],
        );
        const { ended } = await scanned([], { exceptions, today: "2027-01-01" });
        assert.equal(ended.length, 1);
    });

    it("is about images that pods run; compared with a commit, about those that it changes", async () => {
        const { images } = await imagesFor([
            deployment("operator", { name: "o", image: "o:1", args: ["--thanos-default-base-image=t:1"] }),
            deployment("web", { name: "web", image: "web:1" }),
        ]);
        const references = (added?: ReadonlySet<string>) =>
            wantedImages({ after: { stack: "staging", images, notes: [] }, ...(added && { added }) }).map(
                ({ reference }) => reference,
            );
        assert.deepEqual(references(), ["o:1", "web:1"]);
        assert.deepEqual(references(new Set(["web:1", "t:1"])), ["web:1"]);
    });

    it("shows what fails, what is accepted and what needs attention", async () => {
        const result = await scanned([HIGH, { ...HIGH, id: "CVE-2026-4" }, LOW], {
            exceptions: [exception(), exception({ id: "CVE-2026-5" }), exception({ id: "X-6", expires: "2026-01-01" })],
        });
        const images = ["web:1"];
        const outcome: ScanOutcome = {
            ...result,
            stack: "prod",
            scanner: "grype 1",
            images,
            faults: ["b:1 could not"],
        };
        const text = scanText(outcome, "high", SCREEN);
        assert.match(text, /^1 image of prod scanned by grype 1: 1 vulnerability of severity high or worse\n/);
        assert.match(text, /high +CVE-2026-4 +web:1 +openssl 3\.5\.1-r0 +fixed in 3\.5\.2-r0\n/);
        assert.match(text, /high +CVE-2026-1 +web:1 .*accepted until 2026-06-15: not reachable\n/);
        assert.match(text, /\n {2}1 less severe or without a fix, 0 excluded by VEX\n/);
        assert.match(
            text,
            /note {2}images\/exceptions\.yaml: the exception for CVE-2026-5 in \S+ is not needed any more/,
        );
        assert.match(text, /wrong {2}images\/exceptions\.yaml: the exception for X-6 in \S+ ended on 2026-01-01/);
        assert.match(text, /wrong {2}b:1 could not$/);
        assert.equal(isWrong(outcome), true);
        assert.equal(isWrong({ ...outcome, severe: [], ended: [], faults: [] }), false);
        assert.equal(isWrong({ ...outcome, severe: [], faults: [] }), true);
    });
});

describe("SARIF of a scan", () => {
    it("shows each finding at the line of its setting, with a fingerprint that the line does not change", async () => {
        const { severe } = await scanned([HIGH, { ...HIGH, id: "CVE-2026-4" }], { exceptions: [exception()] });
        const at = (line: number) =>
            JSON.parse(
                JSON.stringify(
                    scanSarif(severe, { name: "grype", version: GRYPE }, "prod", () => ({
                        file: "Pulumi.prod.yaml",
                        line,
                    })),
                ),
            ) as {
                runs: { results: Record<string, unknown>[]; tool: { driver: { rules: Record<string, unknown>[] } } }[];
            };
        const [run] = at(7).runs;
        const [first, second] = run?.results ?? [];
        assert.deepEqual(first?.locations, [
            { physicalLocation: { artifactLocation: { uri: "Pulumi.prod.yaml" }, region: { startLine: 7 } } },
        ]);
        assert.deepEqual([first.level, second?.level], ["note", "error"]);
        assert.deepEqual(first.suppressions, [{ kind: "external", justification: "not reachable" }]);
        assert.equal(second?.suppressions, undefined);
        assert.deepEqual(at(8).runs[0]?.results[0]?.partialFingerprints, first.partialFingerprints);
        assert.notDeepEqual(first.partialFingerprints, second?.partialFingerprints);
        assert.deepEqual(run?.tool.driver.rules[0]?.properties, {
            tags: ["security", "container"],
            "security-severity": "8.0",
        });
    });

    it("makes no link of what a scanner says", async () => {
        const { severe } = await scanned([{ ...HIGH, name: "[a](https://example.com)" }]);
        const text = JSON.stringify(
            scanSarif(severe, { name: "g", version: "" }, "prod", () => ({ file: "f", line: 1 })),
        );
        assert.ok(text.includes("[a] (https://example.com)"));
    });
});

describe("Exceptions of a scan", () => {
    const read = (text: string) =>
        withFolder((folder) => {
            mkdirSync(dirname(join(folder, EXCEPTIONS_FILE)), { recursive: true });
            writeFileSync(join(folder, EXCEPTIONS_FILE), text);
            return Promise.resolve(readExceptions(folder));
        });

    it("are none without a file, in an empty one and in that of this repository", async () => {
        assert.deepEqual(await withFolder((folder) => Promise.resolve(readExceptions(folder))), []);
        assert.deepEqual(await read("# none\n"), []);
        assert.deepEqual(await read("exceptions:\n"), []);
        assert.deepEqual(readExceptions(PROJECT_ROOT), []);
        assert.match(readFileSync(join(PROJECT_ROOT, EXCEPTIONS_FILE), "utf8"), /# {2}- id: CVE-/);
    });

    it("need all their fields, and are refused with all faults at once", async () => {
        const entry =
            "id: CVE-2026-1\n    image: ghcr.io/spiffe/spire-agent\n    reason: r\n    owner: o\n    expires: 2026-12-31\n";
        assert.equal((await read(`exceptions:\n  - ${entry}`))[0]?.expires, "2026-12-31");
        for (const [text, fault] of [
            [`exceptions:\n  - ${entry.replace("    owner: o\n", "")}`, /exceptions\.0\.owner: /],
            [`exceptions:\n  - ${entry.replace("2026-12-31", "soon")}`, /exceptions\.0\.expires: must be a day/],
            [
                `exceptions:\n  - ${entry.replace("spire-agent", "spire-agent:1.0.0@x")}`,
                /image: must be an image without tag/,
            ],
            [`exceptions:\n  - ${entry}  - ${entry}`, /CVE-2026-1 in ghcr\.io\/spiffe\/spire-agent is listed twice/],
            [
                `exceptions:\n  - ${entry.replace("reason: r", "reason: ' '").replace("owner: o", "owner: ''")}`,
                /reason: .*owner: /,
            ],
            ["exceptions: [", /images\/exceptions\.yaml: /],
            ["ignore: []\n", /[Uu]nrecognized key/],
        ] as const) {
            await assert.rejects(async () => read(text), fault);
        }
    });
});

describe("VEX documents", () => {
    const document = { "@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", statements: [{}] };

    it("are handed to the scanner, and refused where a scanner would pass over them", async () => {
        await withFolder((folder) => {
            assert.deepEqual(vexFiles(folder), []);
            mkdirSync(join(folder, VEX_FOLDER), { recursive: true });
            writeFileSync(join(folder, VEX_FOLDER, "a.json"), JSON.stringify(document));
            writeFileSync(join(folder, VEX_FOLDER, "README.md"), "");
            assert.deepEqual(vexFiles(folder), [join(folder, VEX_FOLDER, "a.json")]);
            writeFileSync(join(folder, VEX_FOLDER, "b.json"), "{}");
            writeFileSync(join(folder, VEX_FOLDER, "c.json"), JSON.stringify({ ...document, statements: [] }));
            assert.throws(() => vexFiles(folder), /images\/vex\/b\.json is not .*; images\/vex\/c\.json is not /);
            return Promise.resolve();
        });
    });
});

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
