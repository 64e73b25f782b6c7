/** Whether dots move: what the system prefers, until the visitor says otherwise. */
export const motion = $state({ isOn: !matchMedia("(prefers-reduced-motion: reduce)").matches });
