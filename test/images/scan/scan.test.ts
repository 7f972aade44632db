import assert from "node:assert/strict";
import { isWrong, wantedImages } from "../../../cli/images/scan";
import type { ScanOutcome } from "../../../cli/images/scanOutcome";
import { scanText } from "../../../cli/images/scanText";
import { evaluateScan, type ScanTerms } from "../../../images/scan/evaluate";
import type { ImageException } from "../../../images/scan/exceptions";
import { readGrype } from "../../../images/scan/grype";
import { scanSarif } from "../../../images/scan/sarif";
import { readTrivy } from "../../../images/scan/trivy";
import { GRYPE } from "../../../tools/releases";
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
