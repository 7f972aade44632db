import { COSIGN, CRANE, GRYPE } from "./releases";
import type { ImageFamily, ToolSpec } from "./spec";
import type { ImageToolName } from "./types";

/**
 * A tool for images. Findings and signatures depend on its version, so another one on PATH is not used. No hash of a
 * release is recorded, so none is downloaded: it is built from Go modules, which the Go checksum database verifies.
 */
function built(family: ImageFamily, version: string, goPackage: string): ToolSpec {
    return { family, version, goPackage, versionArgs: ["version"], accepts: version, release: () => undefined };
}

/** The tools for images: a registry for the tests, a scanner, a verifier of signatures. */
export const IMAGE_TOOLS: Readonly<Record<ImageToolName, ToolSpec>> = {
    crane: built("crane", CRANE, "github.com/google/go-containerregistry/cmd/crane"),
    grype: built("grype", GRYPE, "github.com/anchore/grype/cmd/grype"),
    cosign: built("cosign", COSIGN, "github.com/sigstore/cosign/v3/cmd/cosign"),
};

/** What the linker writes into them, so that they report their release. */
export const imageLinkerFlags: Readonly<Record<ImageFamily, string>> = {
    crane: `-s -w -X github.com/google/go-containerregistry/cmd/crane/cmd.Version=${CRANE}`,
    grype: `-s -w -X main.version=${GRYPE}`,
    cosign: `-s -w -X sigs.k8s.io/release-utils/version.gitVersion=v${COSIGN}`,
};
