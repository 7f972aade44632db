import { FieldError } from "../engine/field";
import { selects, type LabelSet, type Selector } from "./selector";

/** Index of labeled items by selector. */
export interface LabelIndex<T> {
    /** The items that a selector selects. */
    readonly selectedBy: (selector: Selector) => readonly T[];
}

/** Indexes items by each of their labels; items without known labels are never found. */
export function labelIndex<T extends { readonly labels?: LabelSet }>(items: readonly T[]): LabelIndex<T> {
    const byLabel = new Map<string, T[]>();
    for (const item of items) {
        for (const label of item.labels ?? []) {
            push(byLabel, pair(label), item);
        }
    }
    const candidates = ({ labels, requirements }: Selector): readonly T[] => {
        const lists = [...labels].map((label) => byLabel.get(pair(label)) ?? []);
        for (const { key, operator, values } of requirements) {
            if (operator === "In") {
                lists.push(values.flatMap((value) => byLabel.get(pair([key, value])) ?? []));
            }
        }
        return lists.reduce<readonly T[]>((best, list) => (list.length < best.length ? list : best), items);
    };
    return {
        selectedBy: (selector) =>
            candidates(selector).filter(({ labels }) => labels !== undefined && selects(selector, labels)),
    };
}

/** Index of selectors by labels. */
export interface SelectorIndex<T> {
    /** The first item whose selector selects these labels. */
    readonly selecting: (labels: LabelSet) => T | undefined;
    /** An item whose selector cannot be read, and the reason. */
    readonly unreadable?: { readonly item: T; readonly error: FieldError };
}

/**
 * Indexes items by the rarest condition of their selectors.
 * @param selectorOf Reads a selector; `undefined` if it selects nothing.
 */
export function selectorIndex<T>(items: readonly T[], selectorOf: (item: T) => Selector | undefined): SelectorIndex<T> {
    const readable: { item: T; selector: Selector; pairs: string[] }[] = [];
    let unreadable: SelectorIndex<T>["unreadable"];
    for (const item of items) {
        try {
            const selector = selectorOf(item);
            if (selector !== undefined) {
                readable.push({ item, selector, pairs: [...selector.labels].map(pair) });
            }
        } catch (error) {
            if (!(error instanceof FieldError)) {
                throw error;
            }
            unreadable ??= { item, error };
        }
    }
    const shared = new Map<string, number>();
    for (const { pairs } of readable) {
        for (const key of pairs) {
            shared.set(key, (shared.get(key) ?? 0) + 1);
        }
    }
    const byPair = new Map<string, typeof readable>();
    for (const entry of readable) {
        const rarest = entry.pairs.reduce<string | undefined>(
            (best, key) => (best === undefined || (shared.get(key) ?? 0) < (shared.get(best) ?? 0) ? key : best),
            undefined,
        );
        // Selectors without a label condition are tried for all labels.
        push(byPair, rarest ?? "", entry);
    }
    return {
        selecting: (labels) => {
            for (const key of ["", ...[...labels].map(pair)]) {
                const found = byPair.get(key)?.find(({ selector }) => selects(selector, labels));
                if (found !== undefined) {
                    return found.item;
                }
            }
            return undefined;
        },
        unreadable,
    };
}

function pair([key, value]: readonly [string, string]): string {
    return `${key}=${value}`;
}

function push<T>(lists: Map<string, T[]>, key: string, item: T): void {
    const list = lists.get(key);
    if (list === undefined) {
        lists.set(key, [item]);
    } else {
        list.push(item);
    }
}
