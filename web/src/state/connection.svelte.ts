/** Whether the server answers, and whether it wants its token; `times` counts how often either was mended. */
export const connection = $state({ isLost: false, isLocked: false, times: 0 });
