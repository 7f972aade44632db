/**
 * Variable of the previews of `x0 recover`: with it, the program leaves out the checks of what that command repairs. Otherwise
 * a held Helm release would stop the preview that finds it.
 */
export const RECOVERING = "X0TTA6BL4_RECOVERING";
