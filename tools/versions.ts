/** Numbers of a version: major, minor, patch. Pre-release and build parts are left out. */
export type Version = readonly [major: number, minor: number, patch: number];

/** The first version in a text such as `Client Version: v1.32.4-dispatcher` or `version.BuildInfo{Version:"v3.22"}`. */
export function parseVersion(text: string): Version | undefined {
    const match = /(?<![\d.])v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
    return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** A version as text, e.g. `1.36.3`. */
export function formatVersion(version: Version): string {
    return version.join(".");
}

/** Negative when `a` is older than `b`, positive when it is newer, 0 when they are equal. */
export function compareVersions(a: Version, b: Version): number {
    return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Versions from `minimum` on, up to but without `below`. */
export interface VersionRange {
    /** Oldest version that serves. */
    readonly minimum: Version;
    /** First version that does not serve any more. */
    readonly below: Version;
}

/** Whether a version lies in a range. */
export function inRange(version: Version, range: VersionRange): boolean {
    return compareVersions(version, range.minimum) >= 0 && compareVersions(version, range.below) < 0;
}

/** A range for messages, e.g. `3.200.0 or newer, below 4.0.0`. */
export function formatRange(range: VersionRange): string {
    return `${formatVersion(range.minimum)} or newer, below ${formatVersion(range.below)}`;
}
