/** Factor of each suffix of a Kubernetes quantity (apimachinery `resource.Quantity`). */
const FACTORS: Readonly<Record<string, number>> = {
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
};

const QUANTITY = /^(\d+(?:\.\d+)?|\.\d+)(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * The number that a Kubernetes quantity stands for: `250m` is 0.25, `1Ki` is 1024.
 * `undefined` when the text is no quantity.
 */
export function parseQuantity(text: string): number | undefined {
    const match = QUANTITY.exec(text);
    if (!match) {
        return undefined;
    }
    const [, digits = "", exponent, suffix = ""] = match;
    const factor = exponent === undefined ? FACTORS[suffix] : 10 ** Number(exponent);
    return factor === undefined ? undefined : Number(digits) * factor;
}
