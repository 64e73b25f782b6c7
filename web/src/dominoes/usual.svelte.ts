/** The shock that is told where none is named: the first that the case names. */
export const usual = $state<{ shock: string | undefined }>({ shock: undefined });
