import Ranks
import Testing

@Suite struct RankLaunchTests {
  @Test func aRankKnowsItsPlaceOnItsHost() {
    #expect(RankLaunch.placeOnHost(environment: [:]) == nil)
    #expect(RankLaunch.placeOnHost(environment: ["OMPI_COMM_WORLD_LOCAL_RANK": "3", "SLURM_LOCALID": "7"]) == 3)
    #expect(RankLaunch.placeOnHost(environment: ["SLURM_LOCALID": "2"]) == 2)
    #expect(RankLaunch.placeOnHost(environment: ["SLURM_LOCALID": "two"]) == nil)
  }
}
