Feature: The other answers
  What the guides leave open is a setting. This site has each of them the other way round.

  Background:
    Given the site "lenient"
    And Alex is signed in to the desktop console

  @EQL-04
  Scenario: Between equally busy ones it may be who has been there for longest
    Given 5 minutes pass
    And Blair is signed in to the desktop console
    And Dana is in session with Alex
    When Alex ends Dana's session
    And Carla, a customer with a Windows PC, picks the issue "No network"
    Then Alex is asked to take Carla's session
    And Blair is not asked to take Carla's session

  @EQL-03
  Scenario: Nobody may be asked two things at once
    Given Carla waits in the Network queue
    And Alex is asked to take Carla's session
    And Dana waits in the Network queue
    Then Alex is not asked to take Dana's session
    When Alex accepts the assignment of Carla's session
    Then Alex is asked to take Dana's session

  @EQL-10
  Scenario: Who did not answer may be asked again
    Given Carla waits in the Network queue
    And Alex is asked to take Carla's session
    When 62 seconds pass
    Then Alex is asked to take Carla's session
    When Alex rejects the assignment of Carla's session
    Then for 10 minutes nobody is asked to take Carla's session

  @EQL-12
  Scenario: Who comes late may be asked for what all others have turned down
    Given Carla waits in the Network queue
    And Alex rejects the assignment of Carla's session
    When Blair signs in to the desktop console
    Then Blair is asked to take Carla's session
    And Alex is not asked to take Carla's session

  @EQL-11
  Scenario: A move by a waiting rule may let rejecters be asked again
    Given Carla waits in the Field queue
    And Alex rejects the assignment of Carla's session
    Then for 115 seconds nobody is asked to take Carla's session
    And within 10 seconds Alex is asked to take Carla's session

  @ACC-05
  Scenario: Get Next may take the most urgent first
    Given Carla waits in the Desktop queue
    And Dana is a customer with a Windows PC
    When Dana picks the issue "Office is on fire" on the portal
    And Alex sees Dana in the Desktop queue
    And Alex uses Get Next
    Then Alex has Dana's session open
    When Alex uses Get Next
    Then Alex has Carla's session open

  @SHR-15
  Scenario: An owner may have to stay
    Given Blair is signed in to the desktop console
    And Carla waits in the Desktop queue
    And Alex accepts Carla's session
    And Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    When Alex tries to leave Carla's session
    Then Alex is told "not permitted"
    And Alex owns Carla's session

  @RMV-02
  Scenario: Removing the customer may end the session
    Given Carla waits in the Desktop queue
    And Alex accepts Carla's session
    When Alex removes Carla from Carla's session
    Then Carla's session is over: "removed by the representative"
    And Alex has no session open

  @EXT-01
  Scenario: An external representative may be shown what was said among representatives before
    Given Carla waits in the Desktop queue
    And Alex accepts Carla's session
    And Alex writes "It is the license" to representatives only in Carla's session
    And Alex reads "It is the license" from Alex
    And Alex invites Vera, who has no account, to Carla's session
    When Vera joins with the invitation on the desktop console
    Then Vera reads "It is the license" from Alex

  @EXT-03
  Scenario: An invitation for an external representative may be valid for less
    Given Carla waits in the Desktop queue
    And Alex accepts Carla's session
    And Alex invites Vera, who has no account, to Carla's session
    When 11 minutes pass
    And Vera tries to join with the invitation on the desktop console
    Then Vera is told "the invitation is no longer active"
    And Vera has no session open
