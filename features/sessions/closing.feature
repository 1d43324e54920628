Feature: Ending, holding and leaving
  What becomes of a session when a representative is done with it.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @CLS-01 @CLS-03
  Scenario Outline: The owner ends the session
    Given Carla is a customer with a <device>
    And Carla is in session with Alex
    When Alex ends Carla's session
    Then Alex has no session open
    And Carla's session is over: "ended by the representative"
    And Carla's device has <left>

    Examples:
      | device        | left                         |
      | Windows PC    | no customer client any more  |
      | Linux PC      | no customer client any more  |
      | Android phone | the customer client still    |

  @CLS-03 @JMC-16
  Scenario: An installed Jump Client stays
    Given a Jump Client of the group "Servers" is installed on the Windows PC "DB-01"
    And Alex jumps to "DB-01"
    And Alex has the session with "DB-01" open
    When Alex ends the session with "DB-01"
    Then the Jump Client is still installed on "DB-01"
    And "DB-01" has no customer client any more
    When Alex jumps to "DB-01"
    Then Alex has the session with "DB-01" open

  @CLS-02
  Scenario: Ending a shared session takes everyone out of it
    Given Blair is signed in to the Android console
    And Carla is in session with Alex and Blair
    When Alex ends Carla's session
    Then Alex has no session open
    And Blair has no session open
    And Blair is told "the session was ended"
    And Carla's session is over: "ended by the representative"

  @CLS-04
  Scenario Outline: A held session waits in its owner's personal queue
    Given <rep> is signed in to the <console> console
    And Carla is in session with <rep>
    When <rep> puts Carla's session on hold
    Then <rep> has no session open
    And <rep>'s personal queue shows Carla waiting
    And Carla is on hold

    Examples:
      | rep  | console |
      | Alex | desktop |
      | Drew | Android |

  @CLS-05
  Scenario: Others stay in a held session
    Given Blair is signed in to the Android console
    And Carla is in session with Alex and Blair
    When Alex puts Carla's session on hold
    Then Alex has no session open
    And Blair has Carla's session open
    When Blair writes "Alex will be back" to everyone in Carla's session
    Then Carla reads "Alex will be back" from Blair

  @CLS-06
  Scenario: Who does not own the session leaves it alone
    Given Blair is signed in to the Android console
    And Carla is in session with Alex and Blair
    When Blair ends Carla's session
    Then Blair has no session open
    And Alex has Carla's session open
    And Carla is in session with Alex

  @CLS-06
  Scenario: Who leaves a session without owning it can be invited again
    Given Blair is signed in to the Android console
    And Carla is in session with Alex and Blair
    When Blair leaves Carla's session
    Then Blair has no session open
    And Blair is told "left"
    And Carla is in session with Alex
    When Alex invites Blair to Carla's session
    And Blair accepts the invitation to Carla's session
    Then Carla is in session with Blair

  @CLS-02
  Scenario: Nobody can come back to a session that has ended
    Given Blair is signed in to the Android console
    And Carla is in session with Alex and Blair
    And Casey is signed in to the desktop console
    And Alex invites Casey to Carla's session
    When Alex ends Carla's session
    Then Blair has no session open
    And Casey's personal queue shows no invitation
    And for 1 minute nobody sees Carla in a queue

  @CLS-04
  Scenario: A customer on hold has all the time in the world, and may leave
    Given Carla is in session with Alex
    And Alex puts Carla's session on hold
    And Carla is on hold
    When 1 hour passes
    Then Carla is on hold
    And Alex's personal queue shows Carla waiting
    When Carla leaves
    Then Carla's session is over: "you left"
    And Alex does not see Carla in any queue

  @CLS-07
  Scenario: The owner comes back to the same session
    Given Carla is in session with Alex
    And Carla writes "It began this morning"
    And Alex reads "It began this morning" from Carla
    And Alex puts Carla's session on hold
    And Carla is on hold
    When Alex accepts Carla's session
    Then Alex has Carla's session open
    And Alex reads "It began this morning" from Carla
    And Carla is in session with Alex

  Scenario: A customer who leaves the queue is gone from it
    Given Carla waits in the Network queue
    When Carla leaves
    Then Carla's session is over: "you left"
    And Alex does not see Carla in any queue

  Scenario: A session goes on without its customer until the representative ends it
    Given Carla is in session with Alex
    When Carla leaves
    Then Alex sees that Carla is gone
    And Alex has Carla's session open
    When Alex ends Carla's session
    Then Alex has no session open
