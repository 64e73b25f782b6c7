/** The parts of ECharts that a fan needs, and no more; loaded when the first chart is seen. */
import { LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([LineChart, GridComponent, MarkLineComponent, CanvasRenderer]);

export const make = (element: HTMLElement): EChartsType => init(element);
