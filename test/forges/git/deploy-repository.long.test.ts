import { useGitServer } from '../../support/use-git-server.ts'
import { describeDeployRepository } from '../deploy-contract.ts'
import { plainPlace } from '../deploy-places.ts'

const served = useGitServer()

describeDeployRepository('plain git', () =>
  plainPlace(served.server, served.folder, { opened: served.opened }),
)
