import { existsSync } from "node:fs";
import { executablesOnPath } from "../../../tools/probe";
import { CNI_PLUGINS } from "../machine/containerd";

/** Programs that a node needs from the machine, by the Debian package that brings them. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
    conntrack: ["conntrack"],
    containerd: ["containerd", "ctr"],
    gcc: ["gcc"],
    ipset: ["ipset"],
    iproute2: ["ip"],
    iptables: ["iptables", "iptables-save", "iptables-restore"],
    "libc6-dev": [],
    "libc-bin": ["ldd"],
    openssl: ["openssl"],
    python3: [],
    runc: ["runc"],
    tar: ["tar"],
    "util-linux": ["unshare", "nsenter", "mount"],
};

/** Files that a node needs from the machine, by the Debian package that brings them. */
const FILES: Readonly<Record<string, string>> = {
    "containernetworking-plugins": `${CNI_PLUGINS}/bridge`,
    "libc6-dev": "/usr/include/stdlib.h",
    python3: "/usr/bin/python3",
};

/** Folders of programs for root, which a user's PATH may lack. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** PATH with the folders of programs for root. */
export function pathForRoot(path: string | undefined): string {
    return path === undefined ? SYSTEM_PATH : `${path}:${SYSTEM_PATH}`;
}

/** What of the machine decides whether a node can run on it. */
export interface Machine {
    readonly platform: NodeJS.Platform;
    readonly uid: number | undefined;
    /** Whether a program is on PATH. */
    readonly hasProgram: (name: string) => Promise<boolean>;
    /** Whether a file is there. */
    readonly hasFile: (path: string) => boolean;
}

/** This machine. */
export function thisMachine(): Machine {
    const path = pathForRoot(process.env.PATH);
    return {
        platform: process.platform,
        uid: process.getuid?.(),
        hasProgram: async (name) => (await executablesOnPath(name, path)).length > 0,
        hasFile: existsSync,
    };
}

/** Why no real node can run on a machine, with what would help; empty where one can. */
export async function missingForNode({ platform, uid, hasProgram, hasFile }: Machine): Promise<string[]> {
    if (platform !== "linux") {
        return ["a real node runs on Linux only"];
    }
    const reasons = uid === 0 ? [] : ["it has to be started by root: sudo --preserve-env=PATH npm run test:node"];
    const packages = new Set<string>();
    for (const [name, programs] of Object.entries(PACKAGES)) {
        for (const program of programs) {
            if (!(await hasProgram(program))) {
                packages.add(name);
            }
        }
    }
    for (const [name, file] of Object.entries(FILES)) {
        if (!hasFile(file)) {
            packages.add(name);
        }
    }
    if (packages.size > 0) {
        const names = [...packages].sort().join(" ");
        reasons.push(`these Debian packages are missing: apt-get install --no-install-recommends ${names}`);
    }
    if (!(await hasProgram("go"))) {
        reasons.push("Go is not on PATH: install Go 1.26 or newer from https://go.dev/dl/");
    }
    return reasons;
}
