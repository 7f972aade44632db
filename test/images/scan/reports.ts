/** Vulnerability of a package, as both scanners would report it. */
export interface Reported {
    readonly id: string;
    readonly severity: string;
    readonly name?: string;
    readonly version?: string;
    readonly fixed?: string;
}

/** A report in the schema of grype 0.121 with fields that are not read, too. */
export function grypeReport(found: readonly Reported[], excluded: readonly Reported[] = []): object {
    const match = ({ id, severity, name = "openssl", version = "3.5.1-r0", fixed }: Reported) => ({
        vulnerability: {
            id,
            dataSource: `https://security.alpinelinux.org/vuln/${id}`,
            namespace: "alpine:distro:alpine:3.22",
            severity,
            urls: [],
            cvss: [
                { version: "3.1", vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", metrics: { baseScore: 7.5 } },
            ],
            fix: { versions: fixed === undefined ? [] : [fixed], state: fixed === undefined ? "not-fixed" : "fixed" },
            advisories: [],
            risk: 0.4,
        },
        relatedVulnerabilities: [],
        matchDetails: [{ type: "exact-direct-match", matcher: "apk-matcher", searchedBy: {}, found: {} }],
        artifact: { id: "a1", name, version, type: "apk", locations: [{ path: "/lib/apk/db/installed" }], purl: "" },
    });
    return {
        matches: found.map(match),
        ignoredMatches: [
            ...excluded.map((one) => ({
                ...match(one),
                appliedIgnoreRules: [{ vulnerability: one.id, namespace: "vex", "vex-status": "not_affected" }],
            })),
            // A kind of package that grype itself leaves out.
            { ...match({ id: "CVE-2026-9", severity: "High" }), appliedIgnoreRules: [{ namespace: "" }] },
        ],
        source: { type: "image", target: { userInput: "x", imageID: "sha256:0", repoDigests: [] } },
        distro: { name: "alpine", version: "3.22", idLike: [] },
        descriptor: { name: "grype", version: "0.121.2", configuration: {}, db: {} },
    };
}

/** A report in the schema of trivy 0.74 with fields that are not read, too. */
export function trivyReport(found: readonly Reported[], excluded: readonly Reported[] = []): object {
    const vulnerability = ({ id, severity, name = "openssl", version = "3.5.1-r0", fixed }: Reported) => ({
        VulnerabilityID: id,
        PkgID: `${name}@${version}`,
        PkgName: name,
        PkgIdentifier: { PURL: `pkg:apk/alpine/${name}@${version}` },
        InstalledVersion: version,
        ...(fixed === undefined ? {} : { FixedVersion: fixed }),
        Status: fixed === undefined ? "affected" : "fixed",
        Severity: severity.toUpperCase(),
        PrimaryURL: `https://avd.aquasec.com/nvd/${id.toLowerCase()}`,
    });
    return {
        SchemaVersion: 2,
        ArtifactName: "x",
        ArtifactType: "container_image",
        Metadata: { OS: { Family: "alpine", Name: "3.22" }, RepoDigests: [] },
        Results: [
            { Target: "x (alpine 3.22)", Class: "os-pkgs", Type: "alpine", Vulnerabilities: found.map(vulnerability) },
            {
                Target: "usr/bin/x",
                Class: "lang-pkgs",
                Type: "gobinary",
                ExperimentalModifiedFindings: excluded.map((one) => ({
                    ...{ Type: "vulnerability", Status: "not_affected", Statement: "", Source: "OpenVEX" },
                    Finding: vulnerability(one),
                })),
            },
        ],
    };
}
