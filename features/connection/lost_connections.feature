Feature: Lost connections
  Lines break, batteries die, appliances restart; people go on where they were.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console

  @QUE-11
  Scenario Outline: A representative's connection drops, and the session is not lost
    Given Carla waits in the Network queue
    And Blair is signed in to the Android console
    And Alex accepts Carla's session
    And Carla is in session with Alex
    When <trouble>
    Then within <time> Blair sees Carla in the Network queue
    And Carla is on hold
    When Blair accepts Carla's session
    Then Carla is in session with Blair

    Examples:
      | trouble                     | time      |
      | Alex's console is killed    | 1 second  |
      | Alex's device loses power   | 1 minute  |
      | Alex's network goes down    | 1 minute  |

  @QUE-11
  Scenario: A session from the personal queue goes back there
    Given Carla is in session with Alex
    When Alex's network is down for 2 minutes
    Then Alex's console is connected again
    And Alex's personal queue shows Carla waiting
    When Alex accepts Carla's session
    Then Carla is in session with Alex

  @QUE-11
  Scenario: A shared session goes to whoever shares it longest
    Given Blair is signed in to the Android console
    And Drew is signed in to the desktop console
    And Carla is in session with Alex and Blair
    And Alex invites Drew to Carla's session
    And Drew accepts the invitation to Carla's session
    When Alex's console is killed
    Then Blair owns Carla's session
    And Drew has Carla's session open

  Scenario: A short break goes unnoticed by the session
    Given Carla is a customer with a Windows PC on hotel Wi-Fi
    And Carla is in session with Alex
    When Carla's network is down for 8 seconds
    And Carla writes "Did you see that?"
    Then Alex reads "Did you see that?" from Carla
    And Carla's session was never lost

  Scenario Outline: A customer comes back after a break
    Given Carla is a customer with a <device> on <link>
    And Carla is in session with Alex
    When Carla's network is down for 1 minute
    Then Alex sees that Carla's connection is lost
    And within 1 minute Alex sees that Carla is connected
    When Carla writes "Back again"
    Then Alex reads "Back again" from Carla

    Examples:
      | device        | link        |
      | Windows PC    | hotel Wi-Fi |
      | Android phone | 3G          |

  Scenario: Somewhere between them nothing gets through
    Given Carla is in session with Alex
    When the way between Carla and the appliance is cut for 1 minute
    Then Alex sees that Carla's connection is lost
    And within 1 minute Alex sees that Carla is connected

  Scenario: What is held up on the way arrives late and whole
    Given Carla is in session with Alex
    When packets between Carla and the appliance are held
    And Carla writes "Can you hear me?"
    And packets between Carla and the appliance go on after 5 seconds
    Then Alex reads "Can you hear me?" from Carla
    And Carla's session was never lost

  Scenario: What was said during the break is read after it
    Given Carla is a customer with a Windows PC on hotel Wi-Fi
    And Carla is in session with Alex
    And Carla's network goes down
    And Alex sees that Carla's connection is lost
    When Alex writes "Are you there?" to everyone in Carla's session
    And Carla's network comes back
    Then Carla reads "Are you there?" from Alex

  Scenario: A customer who stays away is gone, and the session is not
    Given Carla is in session with Alex
    When Carla's device loses power
    And 6 minutes pass
    Then Alex sees that Carla is gone
    And Alex has Carla's session open

  Scenario: A waiting customer who stays away leaves the queue
    Given Carla waits in the Network queue
    When Carla's device loses power
    And 6 minutes pass
    Then Alex does not see Carla in any queue

  Scenario: The appliance loses power in the middle of everything
    Given Carla is in session with Alex
    And Dana waits in the Network queue
    And Carla writes "It began this morning"
    And Alex reads "It began this morning" from Carla
    When the appliance loses power
    And the appliance starts again after 1 minute
    And Alex's console is connected again
    Then Alex's personal queue shows Carla waiting
    And Alex sees Dana in the Network queue
    When Alex accepts Carla's session
    Then Alex reads "It began this morning" from Carla
    And within 1 minute Carla is in session with Alex

  Scenario: While the appliance is away nobody can come back, so that lost customers have their whole time anew
    Given Carla waits in the Network queue
    When Carla's device loses power
    And 4 minutes pass
    And the appliance loses power
    And the appliance starts again after 1 minute
    And 4 minutes pass
    Then Alex sees Carla in the Network queue
    When 2 minutes pass
    Then Alex does not see Carla in any queue

  Scenario: A quiet day passes in no time
    Given Carla is in session with Alex
    When 1 day passes
    Then Carla is in session with Alex
    And Carla's session was never lost
