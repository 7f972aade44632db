import { type ClusterFacts, simulated } from "../facts";
import type { CheckFinding } from "../report";

/**
 * Skew between a SPIRE server and its agents that attestation survives (ms): tokens and SVIDs are backdated by 10 s.
 */
const MOST_MS = 10_000;

/** Skew that is reported (ms): above the whole seconds that HTTP dates have, and a slow answer. */
const NOTABLE_MS = 3_000;

/** How often a kubelet renews its lease (ms): a quarter of the default leaseDurationSeconds of 40. */
const RENEWAL_MS = 10_000;

/** Do the clocks of this machine, the API server and the nodes agree? */
export function clockFindings(facts: ClusterFacts, now: number): CheckFinding[] {
    return [serverFinding(facts.clockAheadMs), nodesFinding(facts, now)];
}

function serverFinding(aheadMs: number | undefined): CheckFinding {
    const name = "Clock of the API server";
    if (aheadMs === undefined) {
        return { status: "skip", name, detail: "it sends no Date header" };
    }
    if (Math.abs(aheadMs) <= NOTABLE_MS) {
        return { status: "ok", name, detail: `within ${NOTABLE_MS / 1000} s of this machine's` };
    }
    const detail = `${seconds(Math.abs(aheadMs))} ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
    return {
        status: Math.abs(aheadMs) > MOST_MS ? "fail" : "warn",
        name,
        detail,
        fix: "synchronize both clocks with NTP, e.g.: sudo timedatectl set-ntp true",
    };
}

/** A node's lease tells its clock only up to the time between two renewals. */
function nodesFinding(facts: ClusterFacts, now: number): CheckFinding {
    const name = "Clocks of the nodes";
    if (simulated(facts)) {
        return { status: "skip", name, detail: "the nodes are simulated and have none" };
    }
    const { nodes, renewals } = facts;
    if (nodes?.length === 0) {
        return { status: "skip", name, detail: "the cluster has no nodes" };
    }
    if (nodes === undefined || renewals === undefined) {
        const what = nodes === undefined ? "nodes" : "the leases of the nodes";
        return { status: "skip", name, detail: `these credentials cannot list ${what}` };
    }
    const serverNow = now + (facts.clockAheadMs ?? 0);
    const skews = nodes.flatMap(({ metadata }) => {
        const renewed = renewals.get(metadata.name);
        return renewed === undefined ? [] : [{ node: metadata.name, skew: skewOf(serverNow - renewed.getTime()) }];
    });
    if (skews.length === 0) {
        return { status: "skip", name, detail: "no node has renewed its lease yet" };
    }
    const off = skews.filter(({ skew }) => Math.abs(skew) > NOTABLE_MS);
    const worst = off.sort((a, b) => Math.abs(b.skew) - Math.abs(a.skew))[0];
    if (worst === undefined) {
        const range = `at most ${NOTABLE_MS / 1000} s ahead of the API server, and not measurably behind`;
        return { status: "ok", name, detail: `${range} (${skews.length} of ${nodes.length} nodes)` };
    }
    const direction = worst.skew > 0 ? "ahead of" : "behind";
    return {
        status: Math.abs(worst.skew) > MOST_MS ? "fail" : "warn",
        name,
        detail: `${worst.node} is at least ${seconds(Math.abs(worst.skew))} ${direction} the API server, or does not renew its lease; SPIRE tolerates ${MOST_MS / 1000} s`,
        fix: `on ${worst.node}: sudo timedatectl set-ntp true`,
    };
}

/** How far a clock is at least ahead (positive) or behind (negative), from the age of its last renewal. */
function skewOf(ageMs: number): number {
    return ageMs < 0 ? -ageMs : -Math.max(0, ageMs - RENEWAL_MS);
}

function seconds(milliseconds: number): string {
    return `${Math.round(milliseconds / 1000)} s`;
}
