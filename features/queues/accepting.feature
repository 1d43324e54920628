Feature: Accepting sessions
  From a queue to a page of one's own.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @ACC-01 @ACC-02
  Scenario Outline: Accepting opens the session
    Given <rep> is signed in to the <console> console
    And Carla waits in <rep>'s personal queue
    When <rep> accepts Carla's session
    Then <rep> has Carla's session open
    And Carla is in session with <rep>

    Examples:
      | rep   | console |
      | Alex  | desktop |
      | Drew  | Android |

  @ACC-02
  Scenario: One's own queue needs no permission
    Given Casey is signed in to the desktop console
    And Carla is a customer with a Windows PC
    When Carla picks the representative Casey on the portal
    And Casey accepts Carla's session
    Then Casey has Carla's session open

  @ACC-03
  Scenario: A team's queue needs one
    Given Casey is signed in to the desktop console
    And Carla waits in the Network queue
    When Casey tries to accept Carla's session
    Then Casey is told "not permitted"
    And Casey has no session open
    And Carla is told to wait at place 1

  @ACC-04
  Scenario: On the desktop a double-click accepts
    Given Carla waits in the Network queue
    When Alex double-clicks Carla's line
    Then Alex has Carla's session open

  @ACC-05
  Scenario: Get Next takes whoever has waited longest in any of the teams
    Given Carla waits in the Desktop queue
    And Dana waits in the Network queue
    When Alex uses Get Next
    Then Alex has Carla's session open
    When Alex uses Get Next
    Then Alex has Dana's session open
    When Alex uses Get Next
    Then Alex is told "nobody is waiting"

  @ACC-05
  Scenario: Get Next passes by the personal queue
    Given Carla waits in Alex's personal queue
    When Alex uses Get Next
    Then Alex is told "nobody is waiting"

  @ACC-05
  Scenario: Get Next takes a session that one is in, and that nobody owns
    Given Blair is signed in to the desktop console
    And Carla waits in the Desktop queue
    When Alex accepts Carla's session
    And Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    Then Blair has Carla's session open
    When Alex transfers Carla's session to the Network team
    Then Blair sees Carla in the Network queue
    When Blair uses Get Next
    Then Blair owns Carla's session

  @ACC-05
  Scenario Outline: Get Next is there for those who may use it
    Given <rep> is signed in to the desktop console
    Then <rep> <is> offered Get Next

    Examples:
      | rep   | is     |
      | Alex  | is     |
      | Drew  | is not |

  @ACC-06
  Scenario: Several sessions at once
    Given Carla waits in Alex's personal queue
    And Dana waits in the Network queue
    When Alex accepts Carla's session
    And Alex accepts Dana's session
    Then Alex has 2 sessions open
    When Carla writes "It is me, Carla"
    And Dana writes "It is me, Dana"
    Then Alex reads "It is me, Carla" from Carla
    And Alex reads "It is me, Dana" from Dana

  @ACC-07
  Scenario: Desktop tabs can be put in another order and taken off
    Given Carla is in session with Alex
    And Dana is in session with Alex
    Then Alex's tabs are "Carla, Dana"
    When Alex drags Dana's tab to place 1
    Then Alex's tabs are "Dana, Carla"
    When Alex detaches Carla's tab
    Then Carla's page is in a window of its own

  @ACC-08
  Scenario: On a phone one goes back to a session that runs
    Given Drew is signed in to the Android console
    And Carla is in session with Drew
    And Dana is in session with Drew
    Then Drew's screen shows Dana's session
    When Drew returns to Carla's session
    Then Drew's screen shows Carla's session

  @ACC-09
  Scenario: Two grab at once, and exactly one gets it
    Given Blair is signed in to the Android console
    And Carla waits in the Network queue
    When Alex and Blair accept Carla's session at the same moment
    Then exactly one of Alex and Blair has Carla's session open
    And the other one is told "no longer available"
