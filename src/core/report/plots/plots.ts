import { CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Result } from '../../verdict/result.ts'
import { calibrationDrawing, gpuDrawing, precisionRecallDrawing, rocDrawing } from './curves.ts'
import type { PlotData } from './data.ts'
import { predictedDrawing, residualDrawing, sliceErrorDrawing } from './regression.ts'
import { confusionDrawings, seedDrawing, sliceDrawing } from './results.ts'
import { type Drawing, plainName } from './style.ts'

use([LineChart, ScatterChart, CustomChart, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer])

export interface Plot extends Pick<Drawing, 'title' | 'description' | 'table'> {
  svg: string
}

/** Drawn for a phone and enlarged on wider pages: the other way round the words would be too small. */
const SIZE = { width: 420, height: 300 }

/** Every plot there is data for, as SVG that holds no scripts and asks for nothing. The same data give the same bytes. */
export function renderPlots(result: Result, points: PlotData): Plot[] {
  const { opponent } = points
  const data = { ...points, opponent: opponent && { ...opponent, name: plainName(opponent.name) } }
  const drawings = [
    rocDrawing(data),
    precisionRecallDrawing(data),
    calibrationDrawing(data),
    predictedDrawing(data),
    residualDrawing(data),
    sliceDrawing(result),
    sliceErrorDrawing(result, data),
    ...confusionDrawings(result),
    seedDrawing(result),
    gpuDrawing(data),
  ]
  return drawings
    .filter(drawing => drawing !== undefined)
    .map(({ title, description, table, option, height }, index) => ({
      title,
      description,
      table,
      svg: renderSvg(option, height ?? SIZE.height, `p${index}`),
    }))
}

// --- internal ---

/** ECharts numbers its classes over the life of the process: they are numbered anew for each page. */
function renderSvg(option: EChartsCoreOption, height: number, prefix: string): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: SIZE.width, height })
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif' }, ...option })
    const names = new Map<string, string>()
    return chart
      .renderToSVGString()
      .replace(/\bzr\d+-[A-Za-z0-9-]+/g, name => {
        if (!names.has(name)) names.set(name, `${prefix}-${names.size}`)
        return names.get(name)!
      })
      .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true"')
  } finally {
    chart.dispose()
  }
}
